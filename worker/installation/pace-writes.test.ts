import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GITHUB_WRITES_AN_HOUR, paceOf, waitBeforeWrite } from './pace-writes.ts';

const NOW = 10_000_000;
const PACE = paceOf(GITHUB_WRITES_AN_HOUR);

/** Writes as fast as the pace allows for some time. */
function writeFor(ms: number, hurried: (index: number) => boolean, pace = PACE): number[] {
  const sent: number[] = [];
  let now = NOW;
  for (let index = 0; ; index += 1) {
    now += waitBeforeWrite(sent, now, hurried(index), pace);
    if (now > NOW + ms) return sent;
    sent.push(now);
  }
}

const mostWithin = (sent: number[], windowMs: number): number =>
  Math.max(...sent.map((from) => sent.filter((ms) => ms >= from && ms < from + windowMs).length));

describe('waitBeforeWrite', () => {
  it('lets the first writes go at once', () => {
    expect(writeFor(0, () => true)).toHaveLength(20);
  });

  it("stays below GitHub's limits, whatever is asked for", () => {
    fc.assert(
      fc.property(fc.func(fc.boolean()), (hurried) => {
        const sent = writeFor(7_200_000, (index) => hurried(index));
        expect(mostWithin(sent, 60_000)).toBeLessThanOrEqual(70);
        expect(mostWithin(sent, 3_600_000)).toBeLessThanOrEqual(460);
      }),
      { numRuns: 10 },
    );
  });

  it('keeps room for writes that somebody waits for', () => {
    const sent = writeFor(3_000_000, () => false);
    const last = sent.at(-1) ?? 0;
    expect(waitBeforeWrite(sent, last + 1_000, false, PACE)).toBeGreaterThan(0);
    expect(waitBeforeWrite(sent, last + 1_000, true, PACE)).toBe(0);
  });

  it("writes as much faster as a server of one's own allows more", () => {
    const sent = writeFor(3_600_000, () => true, paceOf(10 * GITHUB_WRITES_AN_HOUR));
    expect(mostWithin(sent, 3_600_000)).toBe(4_600);
    expect(mostWithin(sent, 60_000)).toBeLessThanOrEqual(700);
  });

  it('edits a comment as much more often, but no more than once a second', () => {
    const intervals = [0.1, 1, 5, 1_000].map((times) => paceOf(times * GITHUB_WRITES_AN_HOUR).editIntervalMs);
    expect(intervals).toEqual([100_000, 10_000, 2_000, 1_000]);
  });

  it('forgets what is long ago', () => {
    const old = Array.from({ length: 460 }, (_, index) => NOW - 3_600_000 - index).toReversed();
    expect(waitBeforeWrite(old, NOW + 1, true, PACE)).toBe(0);
  });
});
