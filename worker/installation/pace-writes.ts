/*
 * GitHub allows about 80 requests that create content a minute and 500 an hour, edits included, and blocks those
 * who come near. Both numbers are per account that acts, so they are kept per installation.
 */
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const MAX_A_MINUTE = 70;
const MAX_AN_HOUR = 460;

/** Below this many in the last minute nobody waits; above it writes keep a second's distance, as GitHub asks. */
const BURST = 20;
const DISTANCE_MS = 1_000;

/** What remains above these is kept for writes that somebody waits for: ends, pull requests, answers. */
const UNHURRIED_A_MINUTE = 40;
const UNHURRIED_AN_HOUR = 300;

/**
 * How long the next write must wait.
 *
 * @param sentMs times of the writes of the last hour, ascending.
 */
export function waitBeforeWrite(sentMs: readonly number[], nowMs: number, hurried: boolean): number {
  const lastMinute = sentMs.filter((ms) => ms > nowMs - MINUTE_MS);
  const lastHour = sentMs.filter((ms) => ms > nowMs - HOUR_MS);
  const distance = lastMinute.length < BURST ? 0 : (lastMinute.at(-1) ?? 0) + DISTANCE_MS - nowMs;
  return Math.max(
    0,
    distance,
    waitForRoom(lastMinute, hurried ? MAX_A_MINUTE : UNHURRIED_A_MINUTE, MINUTE_MS, nowMs),
    waitForRoom(lastHour, hurried ? MAX_AN_HOUR : UNHURRIED_AN_HOUR, HOUR_MS, nowMs),
  );
}

/** Until so many have left the window that one more fits. */
function waitForRoom(sentMs: readonly number[], max: number, windowMs: number, nowMs: number): number {
  const leaving = sentMs[sentMs.length - max];
  return leaving === undefined ? 0 : leaving + windowMs - nowMs;
}

/** Forgets what no window holds any more. */
export function withinHour(sentMs: readonly number[], nowMs: number): number[] {
  return sentMs.filter((ms) => ms > nowMs - HOUR_MS);
}
