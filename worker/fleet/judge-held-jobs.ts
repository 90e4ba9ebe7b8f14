import type { HeldJob } from '../../protocol/control-socket.ts';
import type { RunnerId, TaskId } from '../../protocol/ids.ts';
import type { Lease } from './fleet-state.ts';

export type HeldVerdict = {
  /** Leases that go on. */
  kept: Lease[];
  /** Leases that the runner can't go on with: queued again, for this runner first (it has the worktree). */
  requeue: { lease: Lease; reason: string }[];
  /** What the runner holds without a right to. */
  revoke: { taskId: TaskId; epoch: number; reason: string }[];
};

/** Compares what a runner says it holds with what is leased to it. */
export function judgeHeldJobs(
  held: readonly HeldJob[],
  leases: readonly Lease[],
  runnerId: RunnerId,
): HeldVerdict {
  const mine = leases.filter((lease) => lease.runnerId === runnerId);
  const verdict: HeldVerdict = { kept: [], requeue: [], revoke: [] };
  for (const lease of mine) {
    const job = held.find(({ taskId, epoch }) => taskId === lease.taskId && epoch === lease.epoch);
    if (job === undefined) verdict.requeue.push({ lease, reason: 'The runner no longer had the job.' });
    else if (job.phase === 'running') verdict.kept.push(lease);
    else verdict.requeue.push({ lease, reason: 'The runner was restarted in the middle of the job.' });
  }
  for (const { taskId, epoch } of held) {
    if (mine.some((lease) => lease.taskId === taskId && lease.epoch === epoch)) continue;
    const other = leases.find((lease) => lease.taskId === taskId);
    verdict.revoke.push({
      taskId,
      epoch,
      reason: other === undefined ? 'The job is over or was taken back.' : 'The job was given away again.',
    });
  }
  return verdict;
}
