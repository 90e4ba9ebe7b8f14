import { describe, expect, it } from 'vitest';
import type { RecordRow } from '../rows.ts';
import { makeSession } from '../testing/record-fixtures.ts';
import {
  MAX_WAIT_MS,
  MAX_WAITING_ROWS,
  ROWS_AT_ONCE,
  RowGatherer,
  TEXT_AT_ONCE,
  type WriteResult,
} from './row-gatherer.ts';

type Request = { ids: string[]; answer: (result: WriteResult) => void };

/** A database that answers when the test says so. */
function makeGatherer() {
  const clock = { nowMs: 0 };
  const requests: Request[] = [];
  const gatherer = new RowGatherer({
    now: () => clock.nowMs,
    send: (rows) =>
      new Promise((answer) => {
        requests.push({ ids: rows.map(idOf), answer });
      }),
  });
  const write = (...ids: string[]) => gatherer.write(ids.map((id) => makeSession(id, 1)));
  const sent = (at: number): Request => {
    const request = requests[at];
    if (request === undefined) throw new Error(`There was no request ${at}.`);
    return request;
  };
  return { gatherer, write, clock, sent, count: () => requests.length };
}

function idOf({ row }: RecordRow): string {
  return 'id' in row ? String(row.id) : '';
}

const DONE = { status: 'done' } as const;
const REFUSED = { status: 'refused', reason: 'NOT NULL' } as const;
const DOWN = { status: 'retry', reason: 'The record is down.' } as const;

/** What was answered has reached whoever waits for it, and the next request is out. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('gathering rows', () => {
  it('sends the first at once, and what comes meanwhile together and in order', async () => {
    const { write, sent, count } = makeGatherer();
    const first = write('a');
    const later = [write('b', 'c'), write('d')];
    expect(count()).toBe(1);
    sent(0).answer(DONE);
    expect(await first).toEqual(DONE);
    await settled();
    expect(sent(1).ids).toEqual(['b', 'c', 'd']);
    sent(1).answer(DONE);
    expect(await Promise.all(later)).toEqual([DONE, DONE]);
    expect(count()).toBe(2);
  });

  it('bounds a request by its rows and by its text, and keeps a call whole', async () => {
    const { gatherer, write, sent } = makeGatherer();
    const many = Array.from({ length: ROWS_AT_ONCE - 1 }, (_, at) => `row ${at}`);
    void write('first');
    void write(...many);
    void write('too', 'many');
    void gatherer.write([makeSession('long', 1, { title: 'x'.repeat(TEXT_AT_ONCE) })]);
    void write('last');
    for (const [at, ids] of [['first'], many, ['too', 'many'], ['long'], ['last']].entries()) {
      expect(sent(at).ids).toEqual(ids);
      sent(at).answer(DONE);
      await settled();
    }
  });

  it('finds the call with a refused row and stores the others', async () => {
    const { write, sent } = makeGatherer();
    void write('first');
    const calls = [write('good'), write('bad', 'beside'), write('also good')];
    sent(0).answer(DONE);
    await settled();
    sent(1).answer(REFUSED);
    for (const [at, result] of [DONE, REFUSED, DONE].entries()) {
      await settled();
      sent(2 + at).answer(result);
    }
    expect(await Promise.all(calls)).toEqual([DONE, REFUSED, DONE]);
    expect([sent(2).ids, sent(3).ids, sent(4).ids]).toEqual([['good'], ['bad', 'beside'], ['also good']]);
  });

  it('sends away everyone who waits when the database does not answer, and asks with one call next', async () => {
    const { write, sent, count } = makeGatherer();
    const calls = [write('a'), write('b'), write('c')];
    sent(0).answer(DOWN);
    expect(await Promise.all(calls)).toEqual([DOWN, DOWN, DOWN]);
    expect(count()).toBe(1);
    const [probe, ...others] = [write('a'), write('b'), write('c')];
    expect(sent(1).ids).toEqual(['a']);
    sent(1).answer(DONE);
    expect(await probe).toEqual(DONE);
    await settled();
    expect(sent(2).ids).toEqual(['b', 'c']);
    sent(2).answer(DONE);
    expect(await Promise.all(others)).toEqual([DONE, DONE]);
  });

  it('lets no call that can never get through hold up the others for good', async () => {
    const { write, sent } = makeGatherer();
    void write('first');
    const [stuck, well] = [write('stuck'), write('well')];
    sent(0).answer(DONE);
    await settled();
    sent(1).answer(DOWN);
    expect(await Promise.all([stuck, well])).toEqual([DOWN, DOWN]);
    const again = [write('stuck'), write('well')];
    expect(sent(2).ids).toEqual(['stuck']);
    sent(2).answer(DOWN);
    expect(await Promise.all(again)).toEqual([DOWN, DOWN]);
    const wellAgain = write('well');
    expect(sent(3).ids).toEqual(['well']);
    sent(3).answer(DONE);
    expect(await wellAgain).toEqual(DONE);
  });

  it('takes what throws for a database that is down', async () => {
    const gatherer = new RowGatherer({ now: () => 0, send: () => Promise.reject(new Error('No way.')) });
    expect(await gatherer.write([makeSession('a', 1)])).toEqual({ status: 'retry', reason: 'No way.' });
    expect(await gatherer.write([makeSession('a', 1)])).toMatchObject({ status: 'retry' });
  });

  it('holds a bounded number of rows', async () => {
    const { write, sent } = makeGatherer();
    void write('on its way');
    for (let at = 0; at < MAX_WAITING_ROWS / 100; at += 1) {
      void write(...Array.from({ length: 100 }, (_, row) => `${at} ${row}`));
    }
    expect(await write('one more')).toMatchObject({
      status: 'later',
      reason: expect.stringContaining('Too much'),
    });
    sent(0).answer(DONE);
    await settled();
    void write('there is room again');
    expect(sent(1).ids).toHaveLength(ROWS_AT_ONCE);
  });

  it('does not send what its caller has given up', async () => {
    const { write, sent, clock, count } = makeGatherer();
    void write('first');
    const late = write('late');
    clock.nowMs = MAX_WAIT_MS + 1;
    const fresh = write('fresh');
    sent(0).answer(DONE);
    expect(await late).toEqual({ status: 'retry', reason: 'The record was busy for too long.' });
    expect(sent(1).ids).toEqual(['fresh']);
    sent(1).answer(DONE);
    expect(await fresh).toEqual(DONE);
    expect(count()).toBe(2);
  });
});
