import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { waitBeforeWrite } from './pace-writes.ts';

const NOW = 10_000_000;

/** Writes as fast as the pace allows for some time. */
function writeFor(ms: number, hurried: (index: number) => boolean): number[] {
  const sent: number[] = [];
  let now = NOW;
  for (let index = 0; ; index += 1) {
    now += waitBeforeWrite(sent, now, hurried(index));
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
    expect(waitBeforeWrite(sent, last + 1_000, false)).toBeGreaterThan(0);
    expect(waitBeforeWrite(sent, last + 1_000, true)).toBe(0);
  });

  it('forgets what is long ago', () => {
    const old = Array.from({ length: 460 }, (_, index) => NOW - 3_600_000 - index).toReversed();
    expect(waitBeforeWrite(old, NOW + 1, true)).toBe(0);
  });
});
