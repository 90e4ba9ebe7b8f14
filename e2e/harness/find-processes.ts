import { readdir, readFile } from 'node:fs/promises';

/** Command lines of this machine's processes that contain a text (`/proc/<pid>/cmdline`). */
export async function findProcesses(text: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.map((line) => line.replaceAll('\0', ' ')).filter((line) => line.includes(text));
}

/** A process and all that descend from it, by `/proc/<pid>/task/<pid>/children`. */
export async function findChildPids(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const children = text.split(' ').filter(Boolean).map(Number);
  return [pid, ...(await Promise.all(children.map(findChildPids))).flat()];
}
