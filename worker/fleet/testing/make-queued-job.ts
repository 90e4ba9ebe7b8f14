import type { Lease, QueuedJob } from '../fleet-state.ts';
import type { MatchRunner } from '../match-jobs.ts';

export const NOW = 100_000_000;

/** A job that waits: `<session>.<number>`. Unless it is said otherwise each session is of a person of its own. */
export function job(taskId: string, over: Partial<QueuedJob> = {}): QueuedJob {
  const [sessionId = taskId] = taskId.split('.');
  return {
    taskId,
    sessionId,
    lockKey: `session:${sessionId}`,
    labels: [],
    requester: sessionId,
    priority: 'normal',
    concurrency: null,
    project: 'project',
    preferredRunnerId: null,
    enqueuedAt: NOW - 1_000,
    requestedAt: NOW - 1_000,
    waitingSince: NOW - 1_000,
    avoid: [],
    ...over,
  };
}

export function runner(id: string, over: Partial<MatchRunner> = {}): MatchRunner {
  return { id, labels: [], capacity: 1, available: true, ...over };
}

export function lease(taskId: string, runnerId: string, over: Partial<Lease> = {}): Lease {
  return { ...job(taskId, over), runnerId, epoch: 1, leasedAt: NOW - 1_000, ...over };
}
