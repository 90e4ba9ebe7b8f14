import { nextRuns, runsBetween } from '../../../protocol/cron.ts';
import type { Schedule } from '../../../protocol/schedules.ts';

/** No two runs are closer: what is later than this was missed, and the next one may be due already. */
export const LATE_MS = 5 * 60_000;

/** More than these say nothing more to a person. */
const MAX_COUNTED = 300;

/** `missed`: due times before it at which nothing was started, and for which nothing else is. */
export type DueRun = { dueAt: number; cause: 'due' | 'missed'; missed: number; skip: boolean };

type Clock = Pick<Schedule, 'cron' | 'timeZone' | 'missed'>;

/**
 * What is to be done of a schedule whose clock has rung, and when it rings again. Whatever was missed leads to one run
 * or to none, never to several.
 *
 * @param dueMs the time that it was set to
 */
export function decideDue(
  clock: Clock,
  dueMs: number,
  nowMs: number,
): { run: DueRun; nextMs: number | null } {
  const { cron, timeZone } = clock;
  const times = runsBetween(cron, timeZone, dueMs, nowMs, MAX_COUNTED);
  const latest = runsBetween(cron, timeZone, Math.max(dueMs, nowMs - LATE_MS), nowMs, MAX_COUNTED).at(-1);
  const missed = Math.max(times.length - 1, 0);
  const run: DueRun =
    latest !== undefined
      ? { dueAt: latest, cause: 'due', missed, skip: false }
      : { dueAt: times.at(-1) ?? dueMs, cause: 'missed', missed, skip: clock.missed === 'skip' };
  return { run, nextMs: nextAfter(clock, nowMs) };
}

/** When it is due next; null when never. */
export function nextAfter(
  { cron, timeZone }: Pick<Clock, 'cron' | 'timeZone'>,
  afterMs: number,
): number | null {
  return nextRuns(cron, timeZone, afterMs, 1)[0] ?? null;
}

/** @param before runs before it that were missed as well */
export function describeSkipped(before: number): string {
  return before === 0
    ? 'Nothing could start it in time.'
    : `Nothing could start it in time, nor ${before} before it.`;
}
