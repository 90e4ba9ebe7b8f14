import { Cron } from 'croner';
import { z } from 'zod';

/** Whoever wants work more often wants a trigger. */
const LEAST_MINUTES = 5;
const LEAST_MS = LEAST_MINUTES * 60_000;
const HOUR_MS = 60 * 60_000;

/** In UTC no hour is skipped or repeated, so distances are the pattern's own. */
const LOOKED_FROM_MS = Date.UTC(2024, 0, 1);

/** Enough to find the shortest distance of a pattern that is uneven within a day. */
const LOOKED_AT = 300;

/** Minute, hour, day of the month, month, day of the week, as in a crontab; also `@daily` and its like. */
export const cronSchema = z
  .string()
  .trim()
  .max(100)
  .check(({ value, issues }) => {
    const message = mistakeIn(value);
    if (message !== null) issues.push({ code: 'custom', message, input: value });
  });

/** The times at which a schedule is due, after a moment, in ms since 1970. None when there are no more. */
export function nextRuns(cron: string, timeZone: string, afterMs: number, count: number): number[] {
  return open(cron, timeZone)
    .nextRuns(count, new Date(afterMs))
    .map((date) => date.getTime());
}

/** The times at which a schedule is due from one moment to another, both included; the first `max` of them. */
export function runsBetween(
  cron: string,
  timeZone: string,
  fromMs: number,
  toMs: number,
  max: number,
): number[] {
  const pattern = open(cron, timeZone);
  const times: number[] = [];
  let next = pattern.nextRun(new Date(fromMs - 1));
  while (next !== null && next.getTime() <= toMs && times.length < max) {
    times.push(next.getTime());
    next = pattern.nextRun(next);
  }
  return times;
}

function open(cron: string, timezone: string): Cron {
  return new Cron(cron, { timezone, paused: true, mode: '5-part' });
}

function mistakeIn(cron: string): string | null {
  try {
    if (nextRuns(cron, 'UTC', LOOKED_FROM_MS, 1).length === 0) return 'never comes, such as February 30th';
    return isTooClose(cron) ? `must leave at least ${LEAST_MINUTES} minutes between two runs` : null;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
    return `must be five fields as in a crontab, such as "0 6 * * 1-5": ${why}`;
  }
}

/** A look through hundreds of runs takes a tenth of a second, so the minutes alone decide wherever they can. */
function isTooClose(cron: string): boolean {
  const [minute, ...others] = cron.split(/\s+/);
  // `@hourly` and its like.
  if (others.length === 0) return false;
  const hour = runsBetween(`${minute} * * * *`, 'UTC', LOOKED_FROM_MS, LOOKED_FROM_MS + HOUR_MS - 1, 60);
  if (hasShortGap(hour)) return true;
  const toNextHour = HOUR_MS - (hour.at(-1) ?? 0) + (hour[0] ?? 0);
  return toNextHour < LEAST_MS && hasShortGap(nextRuns(cron, 'UTC', LOOKED_FROM_MS, LOOKED_AT));
}

function hasShortGap(times: readonly number[]): boolean {
  return times.some((at, index) => at - (times[index - 1] ?? -Infinity) < LEAST_MS);
}
