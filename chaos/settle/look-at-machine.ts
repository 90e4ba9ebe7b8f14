import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { MachineEvidence } from '../invariants/check-machine.ts';
import type { RunnerHost } from '../world/runner-host.ts';

/** Set by the runner on everything that it starts. */
const RUNNER_MARK = 'SIGNALBOX_RUNNER_FOLDER';

const jobSchema = z.object({ state: z.string() });

/** Looks at what a machine has left. */
export async function lookAtMachine(host: RunnerHost): Promise<MachineEvidence> {
  const { path } = host.folder;
  const sockets = host.proxy.connections();
  const count = (carries: string) => sockets.filter((each) => each.carries === carries).length;
  return {
    name: host.name,
    runnerPid: host.pid,
    processes: await markedProcesses(path),
    sockets: { control: count('control'), data: count('data') },
    locks: await locksBelow(path),
    jobs: await jobsIn(join(path, 'jobs')),
    worktrees: (await namesIn(join(path, 'worktrees'))).filter((name) => !name.startsWith('.')),
  };
}

const namesIn = (folder: string) => readdir(folder).catch(() => []);

async function markedProcesses(folder: string): Promise<MachineEvidence['processes']> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      if (!environment.split('\0').includes(`${RUNNER_MARK}=${folder}`)) return [];
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      // A zombie has ended and waits only to be counted.
      if (command === '') return [];
      return [
        {
          pid: Number(pid),
          parents: await parentsOf(pid),
          command: command.replaceAll('\0', ' ').slice(0, 200),
        },
      ];
    }),
  );
  return found.flat();
}

async function parentsOf(pid: string): Promise<number[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
  return parent <= 1 ? [parent] : [parent, ...(await parentsOf(String(parent)))];
}

async function locksBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith('.lock') && name !== 'runner.lock');
}

async function jobsIn(folder: string): Promise<MachineEvidence['jobs']> {
  return Promise.all(
    (await namesIn(folder)).map(async (taskId) => {
      const text = await readFile(join(folder, taskId, 'job.json'), 'utf8').catch(() => 'null');
      return { taskId, state: jobSchema.safeParse(JSON.parse(text)).data?.state ?? 'unreadable' };
    }),
  );
}
