import { describe, expect, it } from 'vitest';
import { CLOSE } from '../../protocol/close-codes.ts';
import { issueSession, requestOf } from './testing/make-requests.ts';
import { captured, finished, started } from './testing/runner-events.ts';
import { OTHER_RUNNER, submitted, type TestRunner } from './testing/test-session.ts';

const BY = 'mona';
const paused = { type: 'claude.paused' } as const;
const resumed = { type: 'claude.resumed' } as const;

const nextCommand = async (runner: TestRunner) => (await runner.socket.next('command')).command;

describe('a task whose Claude works', () => {
  it('is paused when its runner says that Claude holds, and runs when it says that it goes on', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started);
    const asked = await session.rpc.orderTask(1, { type: 'pause', by: BY });
    expect(asked).toMatchObject({ status: 'ok', task: { state: 'running' } });
    await session.rpc.orderTask(1, { type: 'pause', by: BY });
    const { id, command } = await nextCommand(runner);
    expect(command).toEqual({ type: 'pause', reason: 'Paused by mona.' });
    await runner.events(paused, { type: 'command.taken', commandId: id });
    expect(await session.task()).toMatchObject({ state: 'paused' });
    expect((await session.snapshot()).session.status).toBe('waiting');
    const requester = requestOf('').requester;
    await session.rpc.repeatTask(1, 'resume', 'again', requester);
    expect((await nextCommand(runner)).command).toEqual({ type: 'resume' });
    await runner.events(resumed);
    expect(await session.task()).toMatchObject({ state: 'running' });
    const events = await session.rpc.eventsAfter(0, 100);
    const reasons = events?.events.flatMap(({ event }) =>
      event.type === 'task.moved' && event.to === 'paused' ? [event.reason] : [],
    );
    expect(reasons).toEqual(['By mona.']);
  });

  it('can be paused before Claude has begun', async () => {
    const session = await submitted();
    const runner = await session.open();
    await session.rpc.orderTask(1, { type: 'pause', by: BY });
    await runner.events(paused);
    expect(await session.task()).toMatchObject({ state: 'paused' });
    await runner.events(resumed, started);
    expect(await session.task()).toMatchObject({ state: 'running' });
  });

  it('is paused again when its runner was started anew and knows nothing of it', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, paused, started);
    expect((await nextCommand(runner)).command).toMatchObject({ type: 'pause' });
  });

  it('can not be paused once its work is done, and loses a pause that came too late', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started);
    await session.rpc.orderTask(1, { type: 'pause', by: BY });
    await runner.events(captured);
    expect(await session.rpc.orderTask(1, { type: 'pause', by: BY })).toMatchObject({
      status: 'refused',
      code: 'not_allowed',
    });
    const { requester } = requestOf('');
    expect(await session.rpc.repeatTask(1, 'resume', 'r', requester)).toMatchObject({ code: 'conflict' });
  });

  it('that was paused is held when its runner is lost, and goes on when somebody says so', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, paused);
    await session.rpc.jobLost(1, 1, 'The runner is gone.');
    expect(await session.task()).toMatchObject({ state: 'pending', held: true, endsAt: null });
    const { requester } = requestOf('');
    await session.rpc.repeatTask(1, 'resume', 'again', requester);
    expect((await session.task()).held).toBeUndefined();
  });

  it('that was paused stays so when another runner has it already', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, paused);
    await session.rpc.jobAssigned(1, 2, { id: OTHER_RUNNER, name: 'other' });
    const other = await session.open(2, OTHER_RUNNER);
    const { command } = await nextCommand(other);
    expect(command).toMatchObject({ type: 'pause' });
  });

  it('ends while it is paused when somebody stops it', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, paused);
    await session.rpc.endTask(1, 'stop', BY, null);
    expect((await nextCommand(runner)).command).toMatchObject({ type: 'stop' });
    await runner.events(finished({ type: 'stopped', rescueRef: null }));
    expect(await session.task()).toMatchObject({ state: 'stopped' });
  });
});

describe('a held task', () => {
  it('lets no runner in that the Fleet sent before it heard of it', async () => {
    const session = await submitted();
    await session.rpc.orderTask(1, { type: 'pause', by: BY });
    const runner = await session.connect();
    runner.sendFrame({ type: 'open', protocol: 2, epoch: 1 });
    expect(await runner.socket.next('fenced')).toMatchObject({ epoch: 1 });
    expect(await session.task()).toMatchObject({ state: 'pending', held: true });
  });

  it('lets the next task of its session go before it, and comes back in its order', async () => {
    const session = await submitted();
    await session.rpc.orderTask(1, { type: 'pause', by: BY });
    await session.rpc.addTask(requestOf('Second'));
    const second = await session.open(1, OTHER_RUNNER, 2);
    await second.events(started);
    await session.rpc.orderTask(1, { type: 'start', by: BY });
    expect(await session.task(1)).toMatchObject({ state: 'pending' });
    expect(await session.task(2)).toMatchObject({ state: 'running' });
  });
});

describe('a session that is paused', () => {
  it('pauses what runs and lets it go on when it is opened', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started);
    await session.rpc.update({ state: 'paused' }, BY);
    expect((await nextCommand(runner)).command).toMatchObject({ type: 'pause' });
    await runner.events(paused);
    expect((await session.snapshot()).session.status).toBe('paused');
    await session.rpc.update({ state: 'open' }, BY);
    expect((await nextCommand(runner)).command).toEqual({ type: 'resume' });
    expect(await session.eventTypes()).toContain('session.state_changed');
  });

  it('is opened by a new mention in its thread when it was closed', async () => {
    const thread = issueSession();
    const session = await submitted({ session: thread });
    await session.rpc.endTask(1, 'cancel', BY, null);
    await session.rpc.update({ state: 'closed' }, BY);
    expect((await session.snapshot()).session.status).toBe('closed');
    await session.rpc.submit(thread, requestOf('Once more'));
    expect((await session.snapshot()).session.status).toBe('active');
  });
});

describe('a session that was deleted', () => {
  it('cuts off who watches, and begins anew with the next mention under higher numbers of tasks', async () => {
    const thread = issueSession();
    const session = await submitted({ session: thread });
    const viewer = await session.view();
    await viewer.next('snapshot');
    expect(await session.rpc.erase(BY)).toMatchObject({ status: 'refused', code: 'conflict' });
    await session.rpc.endTask(1, 'cancel', BY, null);
    expect(await session.rpc.erase(BY)).toEqual({ status: 'erased' });
    expect(await viewer.closed()).toBe(CLOSE.notFound);
    await session.evict();
    expect(await session.rpc.snapshot()).toBeNull();
    await session.rpc.submit(thread, requestOf('Once more'));
    const { tasks, messages } = await session.snapshot();
    expect(tasks.map(({ number }) => number)).toEqual([2]);
    expect(messages.map(({ content }) => content)).toEqual(['Once more']);
    expect((await session.rpc.eventsAfter(0, 10))?.events[0]).toMatchObject({
      id: 1,
      event: { type: 'session.created' },
    });
  });
});
