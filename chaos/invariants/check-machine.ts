import type { Violation } from './evidence.ts';

/** What is left on a machine when none of its tasks is alive. */
export type MachineEvidence = {
  name: string;
  runnerPid: number | null;
  /** Processes that carry the runner's mark; `parents` up to init. */
  processes: readonly { pid: number; parents: readonly number[]; command: string }[];
  /** Sockets through its proxy. */
  sockets: { control: number; data: number };
  /** Paths of lock files of git and of ours, but for the runner's own lock. */
  locks: readonly string[];
  /** Job folders, by task, with the state that is written there. */
  jobs: readonly { taskId: string; state: string }[];
  /** Folders below `worktrees/`: each named after its session. */
  worktrees: readonly string[];
};

/** A Claude that was kept for the next turn may live; it is the runner's own child. So may a parked job's folder. */
export function checkMachine(evidence: MachineEvidence, knownSessions: ReadonlySet<string>): Violation[] {
  const { name, runnerPid, processes, sockets, locks, jobs, worktrees } = evidence;
  const orphans = processes.filter(({ parents }) => runnerPid === null || parents[0] !== runnerPid);
  const faults: [string, string[]][] = [
    ['process_left', orphans.map(({ pid, command }) => `${pid}: ${command}`)],
    ['socket_left', sockets.data === 0 ? [] : [`${sockets.data} job sockets are open`]],
    ['control_sockets', sockets.control === 1 ? [] : [`it has ${sockets.control} control sockets`]],
    ['lock_left', [...locks]],
    ['job_left', jobs.flatMap(({ taskId, state }) => (state === 'parked' ? [] : [`${taskId} is ${state}`]))],
    ['worktree_left', worktrees.filter((session) => !knownSessions.has(session))],
  ];
  return faults.flatMap(([rule, whats]) => whats.map((what) => ({ rule, where: name, what })));
}
