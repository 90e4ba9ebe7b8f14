import type { SessionId } from '../../protocol/ids.ts';
import { PRIORITIES } from '../../protocol/task-options.ts';
import type { Lease, QueuedJob } from './fleet-state.ts';

/** Each time a job has waited this long its priority counts one step higher: a task's usual time, and a half. */
export const RAISE_AFTER_MS = 15 * 60_000;

/**
 * Whoever was given no runner for this long no longer stands behind others for what he has at work: long tasks must
 * not shut their owner out while new people keep coming.
 */
export const FAIR_WINDOW_MS = 10 * 60_000;

/** When each person was last given a runner (ms since 1970). */
export type LastGrants = ReadonlyMap<string, number>;

type Ranked = {
  job: QueuedJob;
  /** Higher goes first. */
  priority: number;
  /** How many of the same person's jobs come before it. */
  rank: number;
  /** Since when its person waits for a turn. */
  sinceMs: number;
};

/**
 * The order in which jobs are looked at: by priority, then fairly across people. Everybody's first job comes before
 * anybody's second, and jobs that a person has at work count as before it; of equal ones the job goes first whose
 * person has waited longest for a turn. A person's own jobs take turns across his sessions, the oldest first.
 */
export function orderQueue(
  queue: readonly QueuedJob[],
  leases: readonly Lease[],
  lastGrants: LastGrants,
  nowMs: number,
): QueuedJob[] {
  const working = countBy(leases, ({ requester }) => requester);
  const workingSessions = countBy(leases, ({ sessionId }) => sessionId);
  const ranked: Ranked[] = [];
  for (const [requester, own] of groupByRequester(queue)) {
    const lastGrantMs = lastGrants.get(requester) ?? 0;
    inOwnOrder(own, workingSessions, nowMs).forEach((job, position) => {
      const sinceMs = Math.max(job.enqueuedAt, lastGrantMs);
      const behind = nowMs - sinceMs >= FAIR_WINDOW_MS ? 0 : (working.get(requester) ?? 0);
      ranked.push({ job, priority: priorityOf(job, nowMs), rank: position + behind, sinceMs });
    });
  }
  return ranked
    .sort(
      (a, b) => b.priority - a.priority || a.rank - b.rank || a.sinceMs - b.sinceMs || byAge(a.job, b.job),
    )
    .map(({ job }) => job);
}

/** A job's priority as a number, raised by its waiting. */
export function priorityOf({ priority, enqueuedAt }: QueuedJob, nowMs: number): number {
  const raised = Math.floor(Math.max(0, nowMs - enqueuedAt) / RAISE_AFTER_MS);
  return Math.min(PRIORITIES.length - 1, PRIORITIES.indexOf(priority) + raised);
}

/** One person's jobs: by priority, each session's first before any session's second, then the oldest first. */
function inOwnOrder(
  own: readonly QueuedJob[],
  workingSessions: ReadonlyMap<SessionId, number>,
  nowMs: number,
): QueuedJob[] {
  const turns = new Map(workingSessions);
  return [...own]
    .sort(byAge)
    .map((job) => {
      const turn = turns.get(job.sessionId) ?? 0;
      turns.set(job.sessionId, turn + 1);
      return { job, turn, priority: priorityOf(job, nowMs) };
    })
    .sort((a, b) => b.priority - a.priority || a.turn - b.turn || byAge(a.job, b.job))
    .map(({ job }) => job);
}

function byAge(a: QueuedJob, b: QueuedJob): number {
  return a.enqueuedAt - b.enqueuedAt || (a.taskId < b.taskId ? -1 : a.taskId > b.taskId ? 1 : 0);
}

function groupByRequester(queue: readonly QueuedJob[]): Map<string, QueuedJob[]> {
  const groups = new Map<string, QueuedJob[]>();
  for (const job of queue) {
    const group = groups.get(job.requester);
    if (group === undefined) groups.set(job.requester, [job]);
    else group.push(job);
  }
  return groups;
}

function countBy<Key>(leases: readonly Lease[], keyOf: (lease: Lease) => Key): Map<Key, number> {
  const counts = new Map<Key, number>();
  for (const lease of leases) counts.set(keyOf(lease), (counts.get(keyOf(lease)) ?? 0) + 1);
  return counts;
}
