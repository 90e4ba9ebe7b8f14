import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunnerEvent } from '../../protocol/events.ts';
import { MAX_FRAME_BYTES } from '../../protocol/limits.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { published, pushed, started, text, UP_TO_APPROVAL } from './testing/runner-events.ts';
import {
  OTHER_RUNNER,
  RUNNER,
  submitted,
  type TestRunner,
  type TestSession,
} from './testing/test-session.ts';

/** The texts that the session's log holds, in order. */
async function textsOf(session: TestSession): Promise<string[]> {
  const page = await session.rpc.eventsAfter(0, 1_000);
  return (page?.events ?? []).flatMap(({ event }) => (event.type === 'claude.text' ? [event.text] : []));
}

const seqs = (from: number, count: number): RunnerEvent[] =>
  Array.from({ length: count }, (_, index) => text(`${from + index}`));

describe('frames of events', () => {
  it('are acked by number and get ids without gaps', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(...seqs(1, 3));
    await runner.events(...seqs(4, 2));
    const page = await session.rpc.eventsAfter(0, 1_000);
    expect(page?.events.map(({ id }) => id)).toEqual(page?.events.map((_, index) => index + 1));
    expect(page?.lastEventId).toBe(page?.events.length);
    expect(await textsOf(session)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('are acked again and ignored when they repeat, whole or in part', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(...seqs(1, 3));
    runner.frame(1, seqs(1, 3));
    expect(await runner.socket.next('ack')).toEqual({ type: 'ack', epoch: 1, seq: 3 });
    runner.frame(2, seqs(2, 4));
    expect(await runner.socket.next('ack')).toEqual({ type: 'ack', epoch: 1, seq: 5 });
    expect(await textsOf(session)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('are asked for again when one is missing', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(...seqs(1, 2));
    runner.frame(5, seqs(5, 1));
    expect(await runner.socket.next('gap')).toEqual({ type: 'gap', epoch: 1, lastSeq: 2 });
    expect(await textsOf(session)).toEqual(['1', '2']);
  });

  it('are stored once each and in order, whatever is repeated, lost, reordered or cut by evictions', async () => {
    const action = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          first: fc.integer({ min: 1, max: 12 }),
          count: fc.integer({ min: 1, max: 5 }),
        }),
      },
      { weight: 1, arbitrary: fc.constant('reconnect' as const) },
      { weight: 1, arbitrary: fc.constant('evict' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 20 }), async (actions) => {
        const session = await submitted();
        let runner = await session.open();
        let stored = 0;
        for (const one of actions) {
          if (one === 'reconnect') {
            runner = await session.connect();
            expect((await runner.open()).stored).toEqual([{ epoch: 1, lastSeq: stored }]);
          } else if (one === 'evict') await session.evict();
          else {
            runner.frame(one.first, seqs(one.first, one.count));
            const answer = await nextAnswer(runner);
            const reaches = one.first + one.count - 1;
            if (one.first > stored + 1) expect(answer).toEqual({ type: 'gap', epoch: 1, lastSeq: stored });
            else {
              stored = Math.max(stored, reaches);
              expect(answer).toEqual({ type: 'ack', epoch: 1, seq: stored });
            }
          }
        }
        expect(await textsOf(session)).toEqual(Array.from({ length: stored }, (_, i) => `${i + 1}`));
      }),
      { numRuns: 25 },
    );
  });

  it('close the socket with 4400 when they do not parse, are too large or come before open', async () => {
    const session = await submitted();
    for (const bad of ['{"type":"nonsense"}', 'not json', 'x'.repeat(MAX_FRAME_BYTES + 1)]) {
      const runner = await session.open();
      runner.socket.send(bad);
      expect(await runner.socket.closed()).toBe(4400);
    }
    const early = await session.connect();
    early.frame(1, [text('early')]);
    expect(await early.socket.closed()).toBe(4400);
    expect(await textsOf(session)).toEqual([]);
  });
});

async function nextAnswer(runner: TestRunner) {
  const known = runner.socket.frames.length;
  await runner.socket.until((frames) => frames.slice(known).some(isAnswer));
  return runner.socket.frames.slice(known).find(isAnswer);
}
const isAnswer = ({ type }: { type: string }) => type === 'ack' || type === 'gap';

describe('data sockets', () => {
  it('are refused for tasks that do not exist and without verified claims', async () => {
    const session = await submitted();
    const url = `https://signalbox.test/api/sessions/${session.id}/tasks/1/connect`;
    expect((await session.rpc.fetch(url, { headers: { upgrade: 'websocket' } })).status).toBe(401);
    await expect(session.connect(1, OTHER_RUNNER, 9)).rejects.toThrow('did not upgrade');
  });

  it('replace the older socket of the same job, whose late frames change nothing', async () => {
    const session = await submitted();
    const older = await session.open();
    const newer = await session.open();
    expect(await older.socket.closed()).toBe(4409);
    await newer.events(text('1'));
    expect(await textsOf(session)).toEqual(['1']);
  });

  it('say nothing about the job when they close, however they close', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started);
    for (const code of [1000, 1001]) {
      const again = await session.open();
      again.socket.close(code);
      await again.socket.closed();
      expect((await session.task()).state).toBe('running');
    }
  });

  it('work on after an eviction with the socket still open', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, text('1'));
    await session.evict();
    await runner.events(text('2'));
    expect(await textsOf(session)).toEqual(['1', '2']);
    expect((await session.task()).state).toBe('running');
  });

  it('answer pings without the object', async () => {
    const session = await submitted();
    const runner = await session.connect();
    runner.socket.send('ping');
    await runner.socket.untilText('pong');
    // The object would have answered what is no frame by closing the socket.
    expect((await runner.open()).type).toBe('opened');
  });

  it('refuse a protocol version that they do not speak', async () => {
    const session = await submitted();
    const runner = await session.connect();
    runner.sendFrame({ type: 'open', protocol: 999, epoch: 1 });
    expect(await runner.socket.closed()).toBe(4426);
  });
});

describe('epochs', () => {
  it('fence the older holder when a newer one opens', async () => {
    const session = await submitted();
    const old = await session.open(1);
    await old.events(started, text('1'));
    const next = await session.open(2, OTHER_RUNNER);
    expect(await old.socket.next('fenced')).toEqual({ type: 'fenced', epoch: 1, currentEpoch: 2 });
    expect(await old.socket.closed()).toBe(4410);
    expect(await session.task()).toMatchObject({ state: 'pre_flight', epoch: 2, runnerId: OTHER_RUNNER });
    await next.events(started);
    await expect(session.connect(1)).rejects.toThrow('did not upgrade');
  });

  it('fence the holder whose lease was taken back before there is another, whatever it still sends', async () => {
    const session = await submitted();
    const runner = await session.open(1);
    await runner.events(started);
    await session.rpc.jobLost(1, 1, 'Runner "den" was removed.');
    expect(await runner.socket.closed()).toBe(4410);
    const again = await session.connect(1);
    again.sendFrame({ type: 'open', protocol: PROTOCOL_VERSION, epoch: 1 });
    expect(await again.socket.closed()).toBe(4410);
    expect(await session.task()).toMatchObject({ state: 'pending', runnerId: null });
    const want = { access: 'read', epoch: 1 } as const;
    expect(await session.rpc.authorizeGit(1, RUNNER, want)).toMatchObject({
      status: 'refused',
      code: 'fenced',
    });
  });

  it('fence the older holder as soon as the Fleet says that another has the job', async () => {
    const session = await submitted();
    const old = await session.open(1);
    await old.events(started);
    await session.rpc.jobAssigned(1, 2, { id: OTHER_RUNNER, name: 'two' });
    expect(await old.socket.closed()).toBe(4410);
    expect(await session.task()).toMatchObject({ state: 'pending', epoch: 2, runnerName: 'two' });
  });

  it('take what the same runner left in its journal under an earlier one, without moving the task', async () => {
    const session = await submitted();
    const before = await session.open(1);
    await before.events(started, text('1'));
    await session.rpc.jobLost(1, 1, 'No sign of life.');
    expect((await session.task()).state).toBe('pending');
    const after = await session.connect(2);
    expect((await after.open()).stored).toEqual([
      { epoch: 1, lastSeq: 2 },
      { epoch: 2, lastSeq: 0 },
    ]);
    after.frame(3, [text('2'), started], 1);
    expect(await after.socket.next('ack')).toEqual({ type: 'ack', epoch: 1, seq: 4 });
    expect((await session.task()).state).toBe('pre_flight');
    await after.events(started, text('3'));
    expect(await textsOf(session)).toEqual(['1', '2', '3']);
    expect((await session.task()).state).toBe('running');
  });

  it('take what the same runner left under an epoch whose socket never opened', async () => {
    const session = await submitted();
    await session.rpc.jobAssigned(1, 1, { id: RUNNER, name: 'one' });
    await session.rpc.jobLost(1, 1, 'The runner was restarted.');
    const after = await session.open(2);
    after.frame(1, [text('1'), text('2')], 1);
    expect(await after.socket.next('ack')).toEqual({ type: 'ack', epoch: 1, seq: 2 });
    await after.events(text('3'));
    expect(await textsOf(session)).toEqual(['1', '2', '3']);
  });

  it('refuse left-overs once the newer epoch has stored something, and keep its socket', async () => {
    const session = await submitted();
    await (await session.open(1)).events(started);
    const after = await session.open(2);
    await after.events(started);
    after.frame(2, [text('too late')], 1);
    expect(await after.socket.next('fenced')).toEqual({ type: 'fenced', epoch: 1, currentEpoch: 2 });
    await after.events(text('fine'));
    expect(await textsOf(session)).toEqual(['fine']);
  });

  it("refuse another runner's left-overs", async () => {
    const session = await submitted();
    await (await session.open(1)).events(started);
    const other = await session.open(2, OTHER_RUNNER);
    other.frame(2, [text('not mine')], 1);
    expect(await other.socket.next('fenced')).toMatchObject({ epoch: 1 });
    expect(await textsOf(session)).toEqual([]);
  });

  it('end the newer attempt when the left-overs tell that the work was published', async () => {
    const session = await submitted();
    const { branch } = await session.task();
    await session.hold('fleet');
    await (await session.open(1)).events(...UP_TO_APPROVAL);
    await session.rpc.jobLost(1, 1, 'No sign of life.');
    const after = await session.open(2);
    after.frame(6, [pushed(branch ?? ''), published(branch ?? '')], 1);
    await after.socket.next('ack');
    expect(await session.task()).toMatchObject({ state: 'approved', commitSha: 'a'.repeat(40) });
    expect(await session.held('fleet')).toContainEqual(
      expect.objectContaining({ kind: 'withdraw', taskNumber: 1 }),
    );
  });
});
