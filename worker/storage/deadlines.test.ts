import { describe, expect, it } from 'vitest';
import { Deadlines } from './deadlines.ts';
import { withStorage } from './testing/far-side.ts';

/** Far enough that the real alarm does not ring during a test. */
const LATER_MS = Date.now() + 3_600_000;

describe('Deadlines', () => {
  it('arms the one alarm for the earliest of many deadlines', async () => {
    const alarm = await withStorage(async (storage) => {
      const deadlines = new Deadlines(storage);
      deadlines.set('late', LATER_MS + 5_000);
      deadlines.set('early', LATER_MS);
      deadlines.set('later', LATER_MS + 1_000);
      return storage.getAlarm();
    });
    expect(alarm).toBe(LATER_MS);
  });

  it('takes what is due, earliest first, and arms the alarm for the rest', async () => {
    const [taken, again, alarm] = await withStorage(async (storage) => {
      const deadlines = new Deadlines(storage);
      deadlines.set('b', LATER_MS + 1);
      deadlines.set('a', LATER_MS);
      deadlines.set('c', LATER_MS + 9);
      const due = deadlines.takeDue(LATER_MS + 1);
      return [due, deadlines.takeDue(LATER_MS + 1), await storage.getAlarm()];
    });
    expect([taken, again, alarm]).toEqual([['a', 'b'], [], LATER_MS + 9]);
  });

  it('arms the alarm again from its rows when the alarm was lost', async () => {
    const alarm = await withStorage(async (storage) => {
      new Deadlines(storage).set('only', LATER_MS);
      await storage.deleteAlarm();
      await new Deadlines(storage).rearm();
      return storage.getAlarm();
    });
    expect(alarm).toBe(LATER_MS);
  });

  it('keeps a deadline whose handler threw, and runs the others', async () => {
    const outcome = await withStorage(async (storage) => {
      const deadlines = new Deadlines(storage);
      deadlines.set('bad', LATER_MS);
      deadlines.set('good', LATER_MS);
      const ran: string[] = [];
      const failed = await deadlines.runDue(LATER_MS, (name) => {
        ran.push(name);
        if (name === 'bad') throw new Error('not now');
      });
      return {
        ran: ran.sort(),
        failed: failed.map((f) => f.name),
        bad: deadlines.at('bad'),
        good: deadlines.at('good'),
      };
    });
    expect(outcome).toEqual({ ran: ['bad', 'good'], failed: ['bad'], bad: LATER_MS + 30_000, good: null });
  });

  it('keeps the time that a handler sets anew for its own name', async () => {
    const at = await withStorage(async (storage) => {
      const deadlines = new Deadlines(storage);
      deadlines.set('again', LATER_MS);
      await deadlines.runDue(LATER_MS, () => deadlines.set('again', LATER_MS + 77));
      return deadlines.at('again');
    });
    expect(at).toBe(LATER_MS + 77);
  });

  it('keeps the time that a handler sets anew, also when it is the time of the retry', async () => {
    const at = await withStorage(async (storage) => {
      const deadlines = new Deadlines(storage);
      deadlines.set('again', LATER_MS);
      await deadlines.runDue(LATER_MS, () => deadlines.set('again', LATER_MS + 30_000));
      return deadlines.at('again');
    });
    expect(at).toBe(LATER_MS + 30_000);
  });

  it('leaves no alarm without its row when a transaction is rolled back', async () => {
    const [row, alarm] = await withStorage(async (storage) => {
      const deadlines = new Deadlines(storage);
      deadlines.set('kept', LATER_MS + 50);
      expect(() =>
        storage.transactionSync(() => {
          deadlines.set('undone', LATER_MS);
          throw new Error('rolled back');
        }),
      ).toThrow('rolled back');
      await deadlines.rearm();
      return [deadlines.at('undone'), await storage.getAlarm()];
    });
    expect(row).toBeNull();
    // One wake-up too early is harmless; one too late would not be.
    expect(alarm).toBeLessThanOrEqual(LATER_MS + 50);
  });
});
