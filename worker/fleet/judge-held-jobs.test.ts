import { expect, it } from 'vitest';
import type { Lease } from './fleet-state.ts';
import { judgeHeldJobs } from './judge-held-jobs.ts';

const lease = (taskId: string, runnerId: string, epoch: number): Lease => ({
  taskId,
  sessionId: 's',
  lockKey: taskId,
  labels: [],
  requester: 'mona',
  priority: 'normal',
  concurrency: null,
  project: 'project',
  preferredRunnerId: null,
  enqueuedAt: 0,
  requestedAt: 0,
  waitingSince: 0,
  avoid: [],
  runnerId,
  epoch,
});

it('keeps what is leased and held, requeues what is lost or interrupted, revokes the rest', () => {
  const leases = [
    lease('kept', 'r1', 2),
    lease('lost', 'r1', 1),
    lease('cut', 'r1', 3),
    lease('moved', 'r2', 5),
    lease('renewed', 'r1', 2),
  ];
  const verdict = judgeHeldJobs(
    [
      { taskId: 'kept', epoch: 2, phase: 'running' },
      { taskId: 'cut', epoch: 3, phase: 'interrupted' },
      { taskId: 'moved', epoch: 4, phase: 'running' },
      { taskId: 'renewed', epoch: 1, phase: 'running' },
      { taskId: 'over', epoch: 1, phase: 'running' },
    ],
    leases,
    'r1',
  );
  expect(verdict.kept.map(({ taskId }) => taskId)).toEqual(['kept']);
  expect(verdict.requeue.map(({ lease: { taskId } }) => taskId)).toEqual(['lost', 'cut', 'renewed']);
  expect(verdict.revoke.map(({ taskId, epoch }) => [taskId, epoch])).toEqual([
    ['moved', 4],
    ['renewed', 1],
    ['over', 1],
  ]);
});
