/** A day as people of a time zone have it, in ms since 1970; `untilMs` belongs to the next one. */
export type Day = { fromMs: number; untilMs: number };

const HOUR_MS = 3_600_000;

/** Later than any day ends, earlier than the next one does: days have 23 to 25 hours. */
const INTO_NEXT_DAY_MS = 30 * HOUR_MS;

/** The day that a moment belongs to. @param timeZone a name of the IANA database */
export function dayOf(atMs: number, timeZone: string): Day {
  const fromMs = startOfDay(atMs, timeZone);
  return { fromMs, untilMs: startOfDay(fromMs + INTO_NEXT_DAY_MS, timeZone) };
}

/**
 * The clocks of the day may have been set in between, and a midnight that they skip does not exist: of the moments
 * that its two distances to UTC give, the first that lies in the day begins it.
 */
function startOfDay(atMs: number, timeZone: string): number {
  const wall = wallClock(atMs, timeZone);
  const midnight = dateOf(wall);
  const distances = [atMs, atMs - 24 * HOUR_MS].map((ms) => wallClock(ms, timeZone) - secondOf(ms));
  const starts = distances
    .map((distance) => midnight - distance)
    .filter((ms) => dateOf(wallClock(ms, timeZone)) === midnight);
  return Math.min(...starts, atMs);
}

/** What the clock on the wall shows, as if it showed UTC. */
function wallClock(atMs: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

const secondOf = (ms: number) => Math.floor(ms / 1_000) * 1_000;

const dateOf = (wallMs: number) => Math.floor(wallMs / (24 * HOUR_MS)) * 24 * HOUR_MS;
