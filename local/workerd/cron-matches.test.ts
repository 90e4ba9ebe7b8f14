import { describe, expect, it } from 'vitest';
import { cronMatches } from './cron-matches.ts';

/** 21 November 2026 is a Saturday. */
const SATURDAY = '2026-11-21T04:45:00Z';

describe('cronMatches', () => {
  it.each([
    ['* * * * *', SATURDAY, true],
    ['*/5 * * * *', SATURDAY, true],
    ['*/7 * * * *', SATURDAY, false],
    ['45 4 * * *', SATURDAY, true],
    ['45 5 * * *', SATURDAY, false],
    ['0-30,45 * * * *', SATURDAY, true],
    ['0-44/5 * * * *', SATURDAY, false],
    ['5/20 * * * *', SATURDAY, true],
    ['* * * 11 *', SATURDAY, true],
    ['* * * 12 *', SATURDAY, false],
    ['* * * * 7', SATURDAY, true],
    ['* * * * 2-6', SATURDAY, false],
    ['* * 1 * 7', SATURDAY, true],
    ['* * 1 * 6', SATURDAY, false],
    ['* * 21 * *', SATURDAY, true],
  ])('says of %s at %s: %s', (cron, time, expected) => {
    expect(cronMatches(cron, new Date(time))).toBe(expected);
  });

  it.each(['* * * *', '60 * * * *', '* * * * 0', '*/0 * * * *', '9-5 * * * *', '@daily * * * *'])(
    'refuses %s',
    (cron) => {
      expect(() => cronMatches(cron, new Date(SATURDAY))).toThrow();
    },
  );
});
