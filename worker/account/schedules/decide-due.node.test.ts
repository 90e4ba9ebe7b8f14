import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideDue, LATE_MS, nextAfter } from './decide-due.ts';

const at = (text: string) => Date.parse(text);
const daily = { cron: '30 2 * * *', timeZone: 'Europe/Berlin', missed: 'run_once' as const };
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

describe('a clock that rings', () => {
  it('starts one run and rings again at the next time', () => {
    const due = at('2026-01-10T01:30:00Z');
    const { run, nextMs } = decideDue(daily, due, due + 300);
    expect(run).toEqual({ dueAt: due, cause: 'due', missed: 0, skip: false });
    expect(iso(nextMs)).toBe('2026-01-11T01:30:00.000Z');
  });

  it('stands for all that was missed with one run, or with none', () => {
    const due = at('2026-01-10T01:30:00Z');
    const now = at('2026-01-13T12:00:00Z');
    const last = at('2026-01-13T01:30:00Z');
    const once = decideDue(daily, due, now);
    expect(once.run).toEqual({ dueAt: last, cause: 'missed', missed: 3, skip: false });
    expect(iso(once.nextMs)).toBe('2026-01-14T01:30:00.000Z');
    expect(decideDue({ ...daily, missed: 'skip' }, due, now)).toEqual({
      run: { dueAt: last, cause: 'missed', missed: 3, skip: true },
      nextMs: once.nextMs,
    });
  });

  it('runs what is due at that moment, even when those before it were missed and are to be skipped', () => {
    const due = at('2026-01-10T01:30:00Z');
    const last = at('2026-01-12T01:30:00Z');
    const { run } = decideDue({ ...daily, missed: 'skip' }, due, last + LATE_MS);
    expect(run).toEqual({ dueAt: last, cause: 'due', missed: 2, skip: false });
  });

  it('never rings in the past, and never twice for one time', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('30 2 * * *', '*/5 * * * *', '0 0 1 * *', '15 1-3 * * 0', '0 0 29 2 *'),
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'),
        fc.integer({ min: at('2025-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') }),
        fc.integer({ min: 0, max: 40 * 86_400_000 }),
        (cron, timeZone, from, lateBy) => {
          const clock = { cron, timeZone, missed: 'run_once' as const };
          const due = nextAfter(clock, from) ?? 0;
          const now = due + lateBy;
          const { run, nextMs } = decideDue(clock, due, now);
          expect(run.dueAt).toBeGreaterThanOrEqual(due);
          expect(run.dueAt).toBeLessThanOrEqual(now);
          expect(nextMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('where clocks are changed', () => {
  const days = (cron: string, timeZone: string, from: string, count: number) => {
    const times: (string | null)[] = [];
    let after: number | null = at(from);
    for (let left = count; left > 0 && after !== null; left -= 1) {
      after = nextAfter({ cron, timeZone }, after);
      times.push(iso(after));
    }
    return times;
  };

  it('runs at the end of an hour that is left out', () => {
    expect(days('30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
    expect(days('30 2 * * *', 'America/New_York', '2026-03-07T12:00:00Z', 2)).toEqual([
      '2026-03-08T07:00:00.000Z',
      '2026-03-09T06:30:00.000Z',
    ]);
  });

  it('runs once in an hour that comes twice: the first time', () => {
    expect(days('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
    // From between the two, the second one is not due.
    expect(days('30 2 * * *', 'Europe/Berlin', '2026-10-25T00:45:00Z', 1)).toEqual([
      '2026-10-26T01:30:00.000Z',
    ]);
    expect(days('45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T12:00:00Z', 2)).toEqual([
      '2026-04-04T14:45:00.000Z',
      '2026-04-05T15:15:00.000Z',
    ]);
  });

  it('goes on at an even pace when it runs every half hour', () => {
    expect(days('*/30 * * * *', 'Europe/Berlin', '2026-10-25T00:15:00Z', 4)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:00:00.000Z',
      '2026-10-25T01:30:00.000Z',
      '2026-10-25T02:00:00.000Z',
    ]);
  });
});
