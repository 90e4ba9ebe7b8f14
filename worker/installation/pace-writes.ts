const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** How fast writes may follow each other. */
export type WritePace = {
  maxAMinute: number;
  maxAnHour: number;
  /** Below this many in the last minute nobody waits; above it writes keep their distance. */
  burst: number;
  distanceMs: number;
  /** What remains above these is kept for writes that somebody waits for: ends, pull requests, answers. */
  unhurriedAMinute: number;
  unhurriedAnHour: number;
  /** A tracking comment is edited at most this often, but for its end. */
  editIntervalMs: number;
};

/**
 * What github.com allows: about 80 requests that create content a minute and 500 an hour, edits included, and it
 * blocks those who come near. Both numbers are per account that acts, so they are kept per installation.
 */
export const GITHUB_WRITES_AN_HOUR = 500;

/** Nobody reads a comment that changes faster. */
const MIN_EDIT_INTERVAL_MS = 1_000;

/** The pace for a server that allows so many writes an hour; all that is between them follows in proportion. */
export function paceOf(writesAnHour: number): WritePace {
  const times = writesAnHour / GITHUB_WRITES_AN_HOUR;
  const scaled = (count: number) => Math.max(1, Math.floor(count * times));
  return {
    maxAMinute: scaled(70),
    maxAnHour: scaled(460),
    burst: scaled(20),
    distanceMs: 1_000 / times,
    unhurriedAMinute: scaled(40),
    unhurriedAnHour: scaled(300),
    editIntervalMs: Math.max(MIN_EDIT_INTERVAL_MS, 10_000 / times),
  };
}

/**
 * How long the next write must wait.
 *
 * @param sentMs times of the writes of the last hour, ascending.
 */
export function waitBeforeWrite(
  sentMs: readonly number[],
  nowMs: number,
  hurried: boolean,
  pace: WritePace,
): number {
  const lastMinute = sentMs.filter((ms) => ms > nowMs - MINUTE_MS);
  const lastHour = sentMs.filter((ms) => ms > nowMs - HOUR_MS);
  const distance = lastMinute.length < pace.burst ? 0 : (lastMinute.at(-1) ?? 0) + pace.distanceMs - nowMs;
  return Math.max(
    0,
    distance,
    waitForRoom(lastMinute, hurried ? pace.maxAMinute : pace.unhurriedAMinute, MINUTE_MS, nowMs),
    waitForRoom(lastHour, hurried ? pace.maxAnHour : pace.unhurriedAnHour, HOUR_MS, nowMs),
  );
}

/** Until so many have left the window that one more fits. */
function waitForRoom(sentMs: readonly number[], max: number, windowMs: number, nowMs: number): number {
  const leaving = sentMs[sentMs.length - max];
  return leaving === undefined ? 0 : leaving + windowMs - nowMs;
}
