import type { RunnerId, TaskId } from '../../protocol/ids.ts';
import type { Estimate } from '../../protocol/task.ts';
import type { Lease, QueuedJob } from './fleet-state.ts';
import type { UsualDuration } from './job-history.ts';
import { fitsRunner, type MatchRunner } from './match-jobs.ts';

/** Further back, guesses pile up on guesses; and the queue's object has other things to do. */
export const MAX_ESTIMATED = 500;

/** A job that outlasts the usual time goes on for a while: a quarter of it is as good a guess as any. */
const OVERDUE_SHARE = 0.25;

export type EstimateInput = {
  /** In the order in which they are looked at. */
  ordered: readonly QueuedJob[];
  runners: readonly MatchRunner[];
  leases: readonly Lease[];
  usual: (project: string) => UsualDuration | null;
  nowMs: number;
};

/** One place on a runner, and when it is free. */
type Place = { runner: MatchRunner; freeAtMs: number };

/**
 * Plays the queue through with what jobs usually take: when each is likely to be given to a runner. A job that no
 * runner of now would take has no start; without any history there is no estimate.
 */
export function estimateStarts(input: EstimateInput): Map<TaskId, Estimate> {
  const { ordered, nowMs, usual } = input;
  const ends = endsOfLeases(input);
  const places = placesOf(input, ends);
  const locks = new Map<string, number>();
  const groups = new Map<string, number[]>();
  for (const lease of input.leases) occupy(lease, ends.get(lease.taskId) ?? nowMs, locks, groups);
  const estimates = new Map<TaskId, Estimate>();
  for (const job of ordered.slice(0, MAX_ESTIMATED)) {
    const known = usual(job.project);
    if (known === null) continue;
    const { durationMs, basedOn } = known;
    const place = firstPlace(job, places);
    if (place === null) {
      estimates.set(job.taskId, { startsAt: null, durationMs, basedOn });
      continue;
    }
    const startsAt = Math.max(nowMs, place.freeAtMs, locks.get(job.lockKey) ?? 0, groupFreeAtMs(job, groups));
    place.freeAtMs = startsAt + durationMs;
    occupy(job, place.freeAtMs, locks, groups);
    estimates.set(job.taskId, { startsAt: Math.round(startsAt), durationMs, basedOn });
  }
  return estimates;
}

function endsOfLeases({ leases, usual, nowMs }: EstimateInput): Map<TaskId, number> {
  return new Map(
    leases.map(({ taskId, project, leasedAt }) => {
      const durationMs = usual(project)?.durationMs ?? 0;
      return [taskId, Math.max((leasedAt ?? nowMs) + durationMs, nowMs + durationMs * OVERDUE_SHARE)];
    }),
  );
}

function placesOf(
  { runners, leases, nowMs }: EstimateInput,
  ends: ReadonlyMap<TaskId, number>,
): Map<RunnerId, Place[]> {
  const places = new Map<RunnerId, Place[]>();
  for (const runner of runners) {
    if (!runner.available) continue;
    const busy = leases
      .filter(({ runnerId }) => runnerId === runner.id)
      .map(({ taskId }) => ({ runner, freeAtMs: ends.get(taskId) ?? nowMs }))
      .slice(0, runner.capacity);
    const free = Array.from({ length: runner.capacity - busy.length }, () => ({ runner, freeAtMs: nowMs }));
    places.set(runner.id, [...busy, ...free]);
  }
  return places;
}

function firstPlace(job: QueuedJob, places: ReadonlyMap<RunnerId, Place[]>): Place | null {
  let first: Place | null = null;
  for (const own of places.values()) {
    const [one] = own;
    if (one === undefined || !fitsRunner(job, one.runner)) continue;
    for (const place of own) if (first === null || place.freeAtMs < first.freeAtMs) first = place;
  }
  return first;
}

function occupy(
  { lockKey, concurrency }: QueuedJob,
  untilMs: number,
  locks: Map<string, number>,
  groups: Map<string, number[]>,
): void {
  locks.set(lockKey, Math.max(locks.get(lockKey) ?? 0, untilMs));
  if (concurrency !== null)
    groups.set(concurrency.group, [...(groups.get(concurrency.group) ?? []), untilMs]);
}

/** When fewer than the limit of its group are at work. */
function groupFreeAtMs({ concurrency }: QueuedJob, groups: ReadonlyMap<string, number[]>): number {
  if (concurrency === null) return 0;
  const ends = [...(groups.get(concurrency.group) ?? [])].sort((a, b) => b - a);
  return ends[concurrency.limit - 1] ?? 0;
}
