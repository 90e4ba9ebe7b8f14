import { describe, expect, it } from 'vitest';
import { Outbox } from './outbox.ts';
import { HELD_UP_MS, KEEP_PARKED_MS, MAX_PARKED } from './outbox-troubles.ts';
import { farSide, withStorage } from './testing/far-side.ts';

describe('an outbox in which something is stuck', () => {
  it('parks what was refused and lists it; a retry gives it another chance', async () => {
    await withStorage(async (storage) => {
      const outbox = new Outbox<string>(storage);
      outbox.put({ lane: 'l', key: 'a', body: '1' });
      const far = farSide([{ status: 'park', reason: 'forbidden' }]);
      await outbox.drain(far);
      expect(outbox.troubles(9_000, 10)).toEqual([
        {
          lane: 'l',
          key: 'a',
          body: '1',
          attempts: 1,
          reason: 'forbidden',
          status: 'parked',
          sinceMs: 1_000,
          waiting: 1,
        },
      ]);
      expect(outbox.nextDueAt()).toBeNull();
      expect(outbox.retry('l', 'a')).toBe(true);
      expect(outbox.retry('l', 'a')).toBe(false);
      await outbox.drain(far);
      expect(far.sent).toEqual(['a=1', 'a=1']);
      expect(outbox.troubles(9_000, 10)).toEqual([]);
    });
  });

  it('shows a lane that fails for minutes, until it is sent, and hurries it when asked', async () => {
    await withStorage(async (storage) => {
      const outbox = new Outbox<string>(storage, () => ({
        maxAttempts: Number.POSITIVE_INFINITY,
        firstDelayMs: 1,
        maxDelayMs: 1,
      }));
      const far = farSide(Array(3).fill({ status: 'retry', reason: 'down', afterMs: 60_000 }));
      outbox.put({ lane: 'l', key: 'a', body: '1' });
      outbox.put({ lane: 'l', key: 'b', body: '1' });
      await outbox.drain(far);
      expect(outbox.troubles(far.clock.nowMs + HELD_UP_MS - 1, 10)).toEqual([]);
      far.clock.nowMs += HELD_UP_MS;
      await outbox.drain(far);
      expect(outbox.troubles(far.clock.nowMs, 10)).toMatchObject([
        { lane: 'l', key: 'a', status: 'held_up', attempts: 2, reason: 'down', sinceMs: 1_000, waiting: 2 },
      ]);
      expect(outbox.retry('l', 'a')).toBe(true);
      await outbox.drain(far);
      expect(outbox.troubles(far.clock.nowMs, 10)).toMatchObject([{ key: 'a', sinceMs: 1_000 }]);
      expect(outbox.retry('l', 'a')).toBe(true);
      await outbox.drain(far);
      expect(far.sent).toEqual(['a=1', 'a=1', 'a=1', 'a=1', 'b=1']);
      expect(outbox.troubles(far.clock.nowMs, 10)).toEqual([]);
    });
  });

  it('still knows after an eviction what is stuck', async () => {
    await withStorage(async (storage) => {
      const outbox = new Outbox<string>(storage);
      outbox.put({ lane: 'l', key: 'a', body: '1' });
      await outbox.drain(farSide([{ status: 'park', reason: 'forbidden' }]));
      expect(new Outbox<string>(storage).troubles(1_000, 10)).toMatchObject([{ key: 'a' }]);
    });
  });

  it('drops what is parked on demand, after a month, and the oldest beyond a number, and says what', async () => {
    await withStorage(async (storage) => {
      const outbox = new Outbox<string>(storage);
      const far = farSide();
      const park = async (key: string) => {
        outbox.put({ lane: 'l', key, body: key });
        await outbox.drain({ ...far, send: async () => ({ status: 'park', reason: 'no' }) });
      };
      await park('a');
      expect(outbox.dropParked('l', 'a')).toMatchObject({ key: 'a', body: 'a' });
      expect(outbox.dropParked('l', 'a')).toBeNull();
      for (let n = 0; n <= MAX_PARKED; n += 1) await park(`b${n}`);
      expect(outbox.pruneParked(far.clock.nowMs).map(({ key }) => key)).toEqual(['b0']);
      expect(outbox.pruneParked(far.clock.nowMs)).toEqual([]);
      far.clock.nowMs += KEEP_PARKED_MS;
      await park('c');
      expect(outbox.pruneParked(far.clock.nowMs)).toHaveLength(MAX_PARKED);
      expect(outbox.troubles(far.clock.nowMs, 10)).toMatchObject([{ key: 'c' }]);
    });
  });

  it('takes over a table of an earlier build', async () => {
    await withStorage(async (storage) => {
      storage.sql.exec('DROP TABLE IF EXISTS outbox');
      storage.sql.exec(`CREATE TABLE outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, lane TEXT NOT NULL,
        key TEXT NOT NULL, body TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1,
        attempts INTEGER NOT NULL DEFAULT 0, not_before_ms INTEGER NOT NULL DEFAULT 0,
        retry_at_ms INTEGER NOT NULL DEFAULT 0, last_reason TEXT, parked INTEGER NOT NULL DEFAULT 0,
        UNIQUE (lane, key))`);
      storage.sql.exec(
        "INSERT INTO outbox (lane, key, body, attempts, parked, last_reason) VALUES ('l', 'a', '1', 3, 1, 'no')",
      );
      const outbox = new Outbox<number>(storage);
      expect(outbox.troubles(5_000, 10)).toMatchObject([{ key: 'a', reason: 'no', sinceMs: 5_000 }]);
    });
  });
});
