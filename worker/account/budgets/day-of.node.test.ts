import { describe, expect, it } from 'vitest';
import { dayOf } from './day-of.ts';

const day = (at: string, timeZone: string) => {
  const { fromMs, untilMs } = dayOf(Date.parse(at), timeZone);
  return [new Date(fromMs).toISOString(), new Date(untilMs).toISOString()];
};

describe('the day of a moment', () => {
  it('begins at midnight of the time zone', () => {
    expect(day('2026-11-21T23:30:00Z', 'UTC')).toEqual([
      '2026-11-21T00:00:00.000Z',
      '2026-11-22T00:00:00.000Z',
    ]);
    expect(day('2026-11-21T23:30:00Z', 'Europe/Berlin')).toEqual([
      '2026-11-21T23:00:00.000Z',
      '2026-11-22T23:00:00.000Z',
    ]);
    expect(day('2026-11-21T02:00:00Z', 'Asia/Kolkata')).toEqual([
      '2026-11-20T18:30:00.000Z',
      '2026-11-21T18:30:00.000Z',
    ]);
  });

  it('has 23 or 25 hours when the clocks are set', () => {
    expect(day('2026-03-29T12:00:00Z', 'Europe/Berlin')).toEqual([
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
    ]);
    expect(day('2026-10-25T00:30:00Z', 'Europe/Berlin')).toEqual([
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
    ]);
  });

  it('begins an hour later where the clocks skip midnight', () => {
    expect(day('2026-04-24T12:00:00Z', 'Africa/Cairo')).toEqual([
      '2026-04-23T22:00:00.000Z',
      '2026-04-24T21:00:00.000Z',
    ]);
  });

  it('holds every moment in between, and no other', () => {
    for (const timeZone of ['America/Sao_Paulo', 'Australia/Lord_Howe', 'Pacific/Apia', 'Africa/Cairo']) {
      let fromMs = dayOf(Date.parse('2026-01-01T00:00:00Z'), timeZone).fromMs;
      for (let count = 0; count < 366; count += 1) {
        const { untilMs } = dayOf(fromMs, timeZone);
        expect(dayOf(untilMs - 1, timeZone)).toEqual({ fromMs, untilMs });
        fromMs = untilMs;
      }
    }
  });
});
