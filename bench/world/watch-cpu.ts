import { readdir, readFile } from 'node:fs/promises';
import type { Stack } from '../../local/stack/start-stack.ts';

/** Linux counts CPU time in hundredths of a second for every program. */
const MS_A_TICK = 10;

const NS_A_MS = 1_000_000;
const BYTES_A_MB = 1_000_000;

export type ProcessStat = {
  pid: number;
  parent: number;
  group: number;
  name: string;
  cpuMs: number;
  /** Of its children that have ended. */
  reapedCpuMs: number;
};

/** One line of `/proc/<pid>/stat` (proc(5)); null when it is none. Pure. */
export function parseStat(text: string): ProcessStat | null {
  const [, pid, name, rest] = /^(\d+) \((.*)\) (.*)$/s.exec(text) ?? [];
  if (pid === undefined || name === undefined || rest === undefined) return null;
  const fields = rest.split(' ');
  const at = (index: number) => Number(fields[index]);
  return {
    pid: Number(pid),
    parent: at(1),
    group: at(2),
    name,
    cpuMs: (at(11) + at(12)) * MS_A_TICK,
    reapedCpuMs: (at(13) + at(14)) * MS_A_TICK,
  };
}

/** All processes of a group, or below it: the parts of a stack are groups of their own. */
export async function processesOf(leader: number): Promise<ProcessStat[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(
    pids.map(async (pid) => parseStat(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''))),
  );
  const all = stats.filter((stat) => stat !== null);
  const found = new Set([leader]);
  for (let grew = true; grew; ) {
    const before = found.size;
    for (const { pid, parent, group } of all) if (group === leader || found.has(parent)) found.add(pid);
    grew = found.size > before;
  }
  return all.filter(({ pid }) => found.has(pid));
}

/** Memory that a process alone would give back, in MB: shared pages count in part (PSS). */
export async function memoryOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return (Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1_024) / BYTES_A_MB;
}

/** The workerd process of a stack. @throws when there is none */
export async function workerdOf({ worker }: Stack): Promise<ProcessStat> {
  const found = (await processesOf(worker.current().pid)).find(({ name }) => name.startsWith('workerd'));
  if (found === undefined) throw new Error('The stack has no workerd process.');
  return found;
}

/** Ms that the threads of a process were ready to run and had no core: a machine that is busy with other things. */
async function waitedMs(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const texts = threads.map((thread) =>
    readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => ''),
  );
  return (await Promise.all(texts)).reduce((sum, text) => sum + Number(text.split(' ')[1] ?? 0) / NS_A_MS, 0);
}

export type CpuWatch = {
  /** Cores that each part kept busy since the watch began, in words. */
  describe(): Promise<string>;
};

/** Looks where CPU time goes while something is measured: what bounds a figure is seldom where one would guess. */
export async function watchCpu(stack: Stack): Promise<CpuWatch> {
  const startedAtMs = performance.now();
  const before = await partsOf(stack);
  const workerd = (await workerdOf(stack)).pid;
  const waitedBefore = await waitedMs(workerd);
  const own = process.cpuUsage();
  return {
    async describe() {
      const tookMs = performance.now() - startedAtMs;
      const after = await partsOf(stack);
      const { user, system } = process.cpuUsage(own);
      const parts = [...after].map(([name, cpuMs]) => [name, cpuMs - (before.get(name) ?? 0)] as const);
      const all = [...parts, ['this benchmark', (user + system) / 1_000] as const];
      const text = all.map(([name, cpuMs]) => `${name} ${(cpuMs / tookMs).toFixed(2)}`);
      const waited = ((await waitedMs(workerd)) - waitedBefore) / tookMs;
      return `Cores kept busy meanwhile: ${text.join(', ')}; workerd waited for a core ${waited.toFixed(2)} of the time.`;
    },
  };
}

/** CPU time by part. What Claude and git use on the runner's behalf is apart from the runner's own. */
async function partsOf(stack: Stack): Promise<Map<string, number>> {
  const [worker, libsql, runner] = await Promise.all(
    [stack.worker, stack.libsql, stack.runner].map((part) => processesOf(part.current().pid)),
  );
  const sum = (stats: ProcessStat[] = []) => stats.reduce((total, { cpuMs }) => total + cpuMs, 0);
  const reaped = (stats: ProcessStat[] = []) => stats.reduce((total, stat) => total + stat.reapedCpuMs, 0);
  const runnerPid = stack.runner.current().pid;
  return new Map([
    ['workerd', sum(worker?.filter(({ name }) => name.startsWith('workerd')))],
    ['libSQL server', sum(libsql)],
    ['runner', sum(runner?.filter(({ pid }) => pid === runnerPid))],
    ['what the runner started', sum(runner?.filter(({ pid }) => pid !== runnerPid)) + reaped(runner)],
  ]);
}
