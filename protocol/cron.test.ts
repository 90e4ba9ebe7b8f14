import { describe, expect, it } from 'vitest';
import { cronSchema, nextRuns, runsBetween } from './cron.ts';

const runs = (cron: string, timeZone: string, after: string, count: number) =>
  nextRuns(cron, timeZone, Date.parse(after), count).map((ms) => new Date(ms).toISOString());

describe('a cron pattern', () => {
  it.each(['0 6 * * 1-5', '*/5 * * * *', '@daily', '0 0 29 2 *', '15 3 1,15 * *', '58,2 6 * * *'])(
    'may be %s',
    (cron) => {
      expect(cronSchema.safeParse(cron).success).toBe(true);
    },
  );

  it.each([
    '',
    'daily',
    '* * * * *',
    '0,3 * * * *',
    '58,2 * * * *',
    '58,2 0,23 * * *',
    '0 0 6 * * 1',
    '60 * * * *',
    '0 0 30 2 *',
  ])('may not be %j, and the mistake says what may', (cron) => {
    expect(cronSchema.safeParse(cron).error?.issues[0]?.message).toMatch(/crontab|minutes|never/);
  });

  it('is meant in its time zone, also when the clocks are set', () => {
    expect(runs('0 6 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 2)).toEqual([
      '2026-03-28T05:00:00.000Z',
      '2026-03-29T04:00:00.000Z',
    ]);
  });

  it('comes once when the clocks repeat its hour, and not never when they skip it', () => {
    expect(runs('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toHaveLength(2);
    const skipped = runs('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2);
    expect(skipped.map((at) => at.slice(0, 10))).toEqual(['2026-03-29', '2026-03-30']);
    const repeated = runs('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2);
    expect(repeated.map((at) => at.slice(0, 10))).toEqual(['2026-10-25', '2026-10-26']);
  });
});

it('names the due times of a stretch, its ends included, and no more than asked for', () => {
  const at = (text: string) => Date.parse(text);
  const [from, to] = [at('2026-01-10T03:00:00Z'), at('2026-01-12T03:00:00Z')];
  const between = (max: number) => runsBetween('0 3 * * *', 'UTC', from, to, max);
  expect(between(10)).toEqual([from, at('2026-01-11T03:00:00Z'), to]);
  expect(between(2)).toEqual([from, at('2026-01-11T03:00:00Z')]);
  expect(runsBetween('0 3 * * *', 'UTC', from + 1, to - 86_400_001, 10)).toEqual([]);
});
