import { Cron } from 'croner';
import { z } from 'zod';

/** Whoever wants work more often wants a trigger. */
const LEAST_MINUTES = 5;

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
    // In UTC no hour is skipped or repeated, so distances are the pattern's own.
    const runs = nextRuns(cron, 'UTC', Date.UTC(2024, 0, 1), LOOKED_AT);
    if (runs.length === 0) return 'never comes, such as February 30th';
    const tooClose = runs.some((at, index) => at - (runs[index - 1] ?? -Infinity) < LEAST_MINUTES * 60_000);
    return tooClose ? `must leave at least ${LEAST_MINUTES} minutes between two runs` : null;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
    return `must be five fields as in a crontab, such as "0 6 * * 1-5": ${why}`;
  }
}
