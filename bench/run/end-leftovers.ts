import { readdir, readFile, readlink } from 'node:fs/promises';

/**
 * Ends every process whose environment names `folder` as its `TMPDIR`, or that works inside it: what a benchmark
 * started and a crash left running. (Postgres overwrites the environment that others see, but works in its folder.)
 * No other process of the machine is touched. Returns how many there were.
 */
export async function endLeftovers(folder: string): Promise<number> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.map(Number).filter((pid) => pid > 1 && pid !== process.pid);
  const marks = await Promise.all(pids.map(async (pid) => ((await belongsTo(pid, folder)) ? [pid] : [])));
  const left = marks.flat();
  for (const pid of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  }
  return left.length;
}

async function belongsTo(pid: number, folder: string): Promise<boolean> {
  const isIn = (path: string) => path === folder || path.startsWith(`${folder}/`);
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  if (
    environment
      .split('\0')
      .some((entry) => entry.startsWith('TMPDIR=') && isIn(entry.slice('TMPDIR='.length)))
  ) {
    return true;
  }
  return isIn(await readlink(`/proc/${pid}/cwd`).catch(() => ''));
}
