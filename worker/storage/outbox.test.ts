import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outbox } from './outbox.ts';
import type { SendResult } from './outbox-decide.ts';
import { HELD_UP_MS } from './outbox-troubles.ts';
import { farSide, withStorage } from './testing/far-side.ts';

/** The storage of an object, and how many rows its queries have read since the last look. */
function countReads(storage: DurableObjectStorage) {
  let rows = 0;
  const sql: Pick<SqlStorage, 'exec'> = {
    exec: (query, ...bound) => {
      const cursor = storage.sql.exec(query, ...bound);
      const all = cursor.toArray();
      rows += cursor.rowsRead;
      return Object.assign(Object.create(cursor), { toArray: () => all, one: () => all[0] });
    },
  };
  return {
    storage: Object.assign(Object.create(storage), { sql }),
    takeRows() {
      const read = rows;
      rows = 0;
      return read;
    },
  };
}

describe('Outbox', () => {
  it('sends no more lanes side by side than it is told to, and each of them in the end', async () => {
    const lanes = Array.from({ length: 9 }, (_, index) => `lane-${index}`);
    const { most, sent } = await withStorage(async (storage) => {
      const outbox = new Outbox<string>(storage);
      for (const lane of lanes) outbox.put({ lane, key: lane, body: '1' });
      let sending = 0;
      let most = 0;
      const far = farSide();
      const send = async (items: { key: string; body: string }[]): Promise<SendResult> => {
        sending += 1;
        most = Math.max(most, sending);
        await scheduler.wait(1);
        sending -= 1;
        return far.send(items);
      };
      await Promise.all([1, 2].map(() => outbox.drain({ ...far, send, lanesAtOnce: 2 })));
      expect(outbox.nextDueAt()).toBeNull();
      return { most, sent: far.sent };
    });
    expect(most).toBe(2);
    expect(sent.toSorted()).toEqual(lanes.map((lane) => `${lane}=1`));
  });

  it('sends a lane in the order of the first put, each key once with its newest body', async () => {
    const sent = await withStorage(async (storage) => {
      const outbox = new Outbox<string>(storage);
      outbox.put({ lane: 'l', key: 'a', body: '1' });
      outbox.put({ lane: 'l', key: 'b', body: '1' });
      outbox.put({ lane: 'l', key: 'a', body: '2' });
      const far = farSide();
      await outbox.drain(far);
      expect(outbox.nextDueAt()).toBeNull();
      return far.sent;
    });
    expect(sent).toEqual(['a=2', 'b=1']);
  });

  it('reads no more rows for a batch than it sends, however many wait', async () => {
    const WAITING = 5_000;
    const BATCH = 50;
    const read = await withStorage(async (storage) => {
      const counted = countReads(storage);
      const outbox = new Outbox<string>(counted.storage);
      for (let at = 0; at < WAITING; at += 1) outbox.put({ lane: 'l', key: `${at}`, body: '1' });
      counted.takeRows();
      const far = farSide();
      await outbox.drain({ ...far, batchSize: () => BATCH });
      outbox.nextDueAt();
      expect(far.sent).toHaveLength(WAITING / BATCH);
      return counted.takeRows();
    });
    // Each row is found for its batch and once more for its end, with a few steps in the indices.
    expect(read).toBeLessThan(WAITING * 10);
  });

  it('looks for trouble among what is in trouble, however much waits, also after a failure is over', async () => {
    const WAITING = 1_000;
    await withStorage(async (storage) => {
      const counted = countReads(storage);
      const outbox = new Outbox<string>(counted.storage);
      for (let at = 0; at < WAITING; at += 1) outbox.put({ lane: 'l', key: `${at}`, body: '1' });
      const far = farSide();
      await outbox.drain({ ...far, send: async () => ({ status: 'retry', reason: 'down' }) });
      const later = Date.now() + HELD_UP_MS;
      expect(outbox.isInTrouble).toBe(true);
      expect(outbox.troubles(later, 10)).toMatchObject([{ status: 'held_up', waiting: WAITING }]);
      expect(outbox.backlog()).toMatchObject({ waiting: WAITING, parked: 0 });
      await outbox.drain({ ...far, now: () => later });
      for (let at = 0; at < WAITING; at += 1) outbox.put({ lane: 'm', key: `${at}`, body: '1' });
      counted.takeRows();
      expect(outbox.isInTrouble).toBe(false);
      expect(outbox.troubles(later, 10)).toEqual([]);
      expect(outbox.pruneParked(later)).toEqual([]);
      expect(counted.takeRows()).toBeLessThan(10);
    });
  });

  it('sends again what changed while it was on its way', async () => {
    const sent = await withStorage(async (storage) => {
      const outbox = new Outbox<string>(storage);
      outbox.put({ lane: 'l', key: 'a', body: '1' });
      const far = farSide();
      await outbox.drain({
        ...far,
        send: async (items) => {
          if (far.sent.length === 0) outbox.put({ lane: 'l', key: 'a', body: '2' });
          return far.send(items);
        },
      });
      return far.sent;
    });
    expect(sent).toEqual(['a=1', 'a=2']);
  });

  it('holds up its own lane after a failure, no other, and goes on when the wait is over', async () => {
    await withStorage(async (storage) => {
      const outbox = new Outbox<string>(storage);
      const far = farSide([{ status: 'retry', reason: 'down', afterMs: 9_000 }]);
      outbox.put({ lane: 'l', key: 'a', body: '1' });
      await outbox.drain(far);
      outbox.put({ lane: 'l', key: 'b', body: '1' });
      outbox.put({ lane: 'other', key: 'c', body: '1' });
      await outbox.drain(far);
      expect(far.sent).toEqual(['a=1', 'c=1']);
      expect(outbox.nextDueAt()).toBe(10_000);
      far.clock.nowMs = 10_000;
      await outbox.drain(far);
      expect(far.sent).toEqual(['a=1', 'c=1', 'a=1', 'b=1']);
    });
  });

  it('lets a lane wait for its turn as long as it takes, which is no failure', async () => {
    await withStorage(async (storage) => {
      const outbox = new Outbox<string>(storage, () => ({ maxAttempts: 2, firstDelayMs: 1, maxDelayMs: 1 }));
      outbox.put({ lane: 'l', key: 'a', body: '1' });
      const turns = 5;
      const far = farSide(
        Array.from({ length: turns }, () => ({ status: 'later', reason: 'paced', afterMs: 50 })),
      );
      for (let turn = 0; turn < turns; turn += 1) {
        await outbox.drain(far);
        expect(outbox.nextDueAt()).toBe(far.clock.nowMs + 50);
        far.clock.nowMs += 50;
      }
      far.clock.nowMs += HELD_UP_MS;
      expect(outbox.troubles(far.clock.nowMs, 10)).toEqual([]);
      await outbox.drain(far);
      expect(outbox.nextDueAt()).toBeNull();
    });
  });

  it('lets others pass an item that waits for its own time', async () => {
    await withStorage(async (storage) => {
      const outbox = new Outbox<string>(storage);
      outbox.put({ lane: 'l', key: 'comment', body: '1', notBefore: 5_000 });
      outbox.put({ lane: 'l', key: 'pull', body: '1' });
      const far = farSide();
      await outbox.drain(far);
      expect(far.sent).toEqual(['pull=1']);
      expect(outbox.nextDueAt()).toBe(5_000);
    });
  });

  it('sends in batches and lets one bad item take only itself along', async () => {
    await withStorage(async (storage) => {
      const outbox = new Outbox<string>(storage);
      for (const key of ['a', 'bad', 'c']) outbox.put({ lane: 'l', key, body: '1' });
      const batches: string[] = [];
      const far = farSide();
      await outbox.drain({
        ...far,
        batchSize: () => 10,
        send: async (items) => {
          batches.push(items.map((item) => item.key).join());
          return items.some((item) => item.key === 'bad')
            ? { status: 'park', reason: 'bad' }
            : { status: 'done' };
        },
      });
      expect(batches).toEqual(['a,bad,c', 'a', 'bad', 'c']);
      expect(outbox.troubles(1_000, 10).map((item) => item.key)).toEqual(['bad']);
    });
  });

  it('counts what a send throws as a failure', async () => {
    await withStorage(async (storage) => {
      const outbox = new Outbox<string>(storage);
      outbox.put({ lane: 'l', key: 'a', body: '1' });
      await outbox.drain({ ...farSide(), send: () => Promise.reject(new Error('cut off')) });
      expect(outbox.nextDueAt()).toBe(1_250);
    });
  });

  it('does not ring for a lane that is being sent, but looks after it in case it was cut off', async () => {
    await withStorage(async (storage) => {
      const outbox = new Outbox<string>(storage);
      outbox.put({ lane: 'l', key: 'a', body: '1' });
      const far = farSide();
      let letGo: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      const drained = outbox.drain({ ...far, send: (items) => gate.then(() => far.send(items)) });
      expect(outbox.nextDueAt()).toBe(61_000);
      letGo();
      await drained;
      expect(far.sent).toEqual(['a=1']);
    });
  });

  it('delivers the newest body of every key in the end, whatever fails on the way', async () => {
    const step = fc.oneof(
      fc.record({ put: fc.constantFrom('a', 'b', 'c'), lane: fc.constantFrom('x', 'y') }),
      fc.record({ drain: fc.array(fc.boolean(), { maxLength: 4 }) }),
    );
    await withStorage(async (storage) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
          storage.sql.exec('DROP TABLE IF EXISTS outbox');
          const outbox = new Outbox<number>(storage);
          const wanted = new Map<string, number>();
          const got = new Map<string, number>();
          let nowMs = 0;
          let count = 0;
          const drain = (answers: boolean[]) =>
            outbox.drain({
              now: () => nowMs,
              random: () => 1,
              send: async ([item]) => {
                if (answers.shift() === false) return { status: 'retry', reason: 'no' };
                if (item !== undefined) got.set(`${item.lane}/${item.key}`, item.body);
                return { status: 'done' };
              },
            });
          for (const one of steps) {
            nowMs += 50;
            if ('put' in one) {
              count += 1;
              wanted.set(`${one.lane}/${one.put}`, count);
              outbox.put({ lane: one.lane, key: one.put, body: count });
            } else await drain([...one.drain]);
          }
          nowMs += 10_000_000;
          await drain([]);
          expect(got).toEqual(wanted);
          expect(outbox.nextDueAt()).toBeNull();
        }),
        { numRuns: 100 },
      );
    });
  });
});
