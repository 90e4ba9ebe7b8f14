import { describe, expect, it } from 'vitest';
import type { Failure } from '../../protocol/outcome.ts';
import { MAX_RECOVERIES } from '../../protocol/recovery.ts';
import { requestOf } from './testing/make-requests.ts';
import { finished, published, pushed, started, UP_TO_APPROVAL } from './testing/runner-events.ts';
import { submitted, type TestSession } from './testing/test-session.ts';

const OVERLOADED: Failure = {
  kind: 'api_overloaded',
  message: 'The model is overloaded.',
  remedy: 'Retry in some minutes.',
  retryAt: null,
};
const failedBy = (failure: Failure) => finished({ type: 'failed', failure, rescueRef: null });

/** A session whose Fleet is not asked for anything. */
async function lonely(): Promise<TestSession> {
  const session = await submitted();
  await session.hold('fleet');
  return session;
}

/** One attempt that ends so. */
async function attempt(session: TestSession, epoch: number, failure: Failure): Promise<void> {
  const runner = await session.open(epoch);
  await runner.events(started, failedBy(failure));
}

/** What the tracking comment says now. */
async function comment(session: TestSession): Promise<string> {
  await session.ringDeadline('comment:1');
  const writes = await session.held('github');
  const bodies = writes.flatMap((write) =>
    write.kind === 'github' && write.write.kind === 'tracking_comment' ? [write.write.body] : [],
  );
  return bodies.at(-1) ?? '';
}

describe('a task whose job failed in a way that may pass', () => {
  it('goes back to the queue for a later time, and says so in the log, the view and the comment', async () => {
    const session = await lonely();
    const before = Date.now();
    await attempt(session, 1, OVERLOADED);
    const task = await session.task();
    expect(task).toMatchObject({
      state: 'pending',
      failure: null,
      runnerId: null,
      recovery: { attempt: 1, maxAttempts: 3, kind: 'api_overloaded', message: OVERLOADED.message },
    });
    expect(task.recovery?.at).toBeGreaterThanOrEqual(before + 15_000);
    expect(await session.eventTypes()).toContain('task.recovering');
    const body = await comment(session);
    expect(body).toContain('**Waiting to try again**');
    expect(body).toMatch(/Tried again by itself on .* \(attempt 1 of 3\)/);
  });

  it('is handed to the Fleet when the wait is over, and not before', async () => {
    const session = await lonely();
    const orders = async () => (await session.held('fleet')).map(({ kind }) => kind);
    await attempt(session, 1, OVERLOADED);
    expect(await orders()).not.toContain('enqueue');
    await session.evict();
    await session.ringDeadline('task:1');
    expect((await orders()).at(-1)).toBe('enqueue');
    expect((await session.task()).recovery).toMatchObject({ attempt: 1, at: null });
  });

  it('is done like any other when a later attempt succeeds', async () => {
    const session = await lonely();
    await attempt(session, 1, OVERLOADED);
    await session.ringDeadline('task:1');
    const runner = await session.open(2);
    const branch = (await session.task()).branch ?? '';
    await runner.events(...UP_TO_APPROVAL, pushed(branch), published(branch));
    await session.rpc.githubWritten({
      key: `pull:${(await session.task()).id}`,
      kind: 'pull_request',
      status: 'done',
      number: 3,
      url: 'https://github.test/acme/shop/pull/3',
      existed: false,
    });
    expect(await session.task()).toMatchObject({
      state: 'completed',
      failure: null,
      recovery: { attempt: 1 },
    });
    expect(await comment(session)).not.toContain('What failed');
  });

  it('fails for good after the last attempt and says how often it was tried', async () => {
    const session = await lonely();
    for (let epoch = 1; epoch <= MAX_RECOVERIES; epoch += 1) {
      await attempt(session, epoch, OVERLOADED);
      expect((await session.task()).recovery?.attempt).toBe(epoch);
      await session.ringDeadline('task:1');
    }
    await attempt(session, MAX_RECOVERIES + 1, OVERLOADED);
    const task = await session.task();
    expect(task).toMatchObject({ state: 'failed', failure: { kind: 'api_overloaded' } });
    expect(task.failure?.message).toContain('It was tried again 3 times.');
    const recoveries = (await session.eventTypes()).filter((type) => type === 'task.recovering');
    expect(recoveries).toHaveLength(MAX_RECOVERIES);
  });

  it('can be ended, held and tried at once while it waits', async () => {
    const ended = await lonely();
    await attempt(ended, 1, OVERLOADED);
    await ended.rpc.endTask(1, 'cancel', 'mona', null);
    expect(await ended.task()).toMatchObject({ state: 'cancelled', recovery: { at: null } });

    const held = await lonely();
    await attempt(held, 1, OVERLOADED);
    await held.rpc.orderTask(1, { type: 'pause', by: 'mona' });
    expect(await held.task()).toMatchObject({ state: 'pending', held: true, recovery: { at: null } });

    const hurried = await lonely();
    await attempt(hurried, 1, OVERLOADED);
    const { requester } = requestOf('x');
    await hurried.rpc.repeatTask(1, 'resume', 'test:now', requester);
    expect(await hurried.task()).toMatchObject({ state: 'pending', recovery: { attempt: 1, at: null } });
    expect((await hurried.held('fleet')).map(({ kind }) => kind).at(-1)).toBe('enqueue');
  });
});

describe('a task that failed for good', () => {
  it('is not tried again when the kind needs a person, or when nobody said that it may pass', async () => {
    for (const failure of [
      { ...OVERLOADED, kind: 'bad_request' as const },
      { ...OVERLOADED, kind: 'not_logged_in' as const },
      { ...OVERLOADED, kind: 'usage_limit' as const },
      { ...OVERLOADED, kind: 'fetch_failed' as const },
    ]) {
      const session = await lonely();
      await attempt(session, 1, failure);
      const task = await session.task();
      expect([task.state, task.failure]).toEqual(['failed', failure]);
      expect(task).not.toHaveProperty('recovery');
    }
  });

  it('is not tried again when somebody had asked for its end', async () => {
    const session = await lonely();
    const runner = await session.open();
    await runner.events(started);
    await session.rpc.endTask(1, 'stop', 'mona', null);
    await runner.events(failedBy(OVERLOADED));
    expect((await session.task()).state).toBe('failed');
  });
});

it('a turn that its runner takes up again is told in the comment until Claude goes on', async () => {
  const session = await lonely();
  const runner = await session.open();
  await runner.events(started, {
    type: 'claude.recovering',
    how: 'resume',
    failure: { ...OVERLOADED, kind: 'killed', message: 'Claude Code was ended by SIGKILL.' },
    attempt: 1,
    maxAttempts: 1,
    delayMs: 0,
  });
  expect(await comment(session)).toContain('ended by SIGKILL. Claude goes on by itself, attempt 1 of 1.');
});
