import { describe, expect, it } from 'vitest';
import type { JobOutcome } from '../../protocol/outcome.ts';
import { issueSession, pullSession, requestOf } from './testing/make-requests.ts';
import {
  captured,
  finished,
  gatesFinished,
  gatesStarted,
  published,
  pushed,
  started,
  text,
  turnEnded,
  UP_TO_APPROVAL,
} from './testing/runner-events.ts';
import { RUNNER, submitted, TestSession } from './testing/test-session.ts';

const BY = { login: 'mona', id: 1, name: null, email: null };
const cancelled: JobOutcome = { type: 'cancelled', rescueRef: 'refs/rescue/1' };

describe('a request', () => {
  it('answers a copy of its trigger with the same task', async () => {
    const session = issueSession();
    const test = new TestSession(session);
    const request = requestOf('Fix it', {}, 'issue_comment:1');
    const results = await Promise.all([test.rpc.submit(session, request), test.rpc.submit(session, request)]);
    expect(results.map((result) => result.status)).toEqual(['task_created', 'task_created']);
    expect(results.map((result) => 'duplicate' in result && result.duplicate).sort()).toEqual([false, true]);
    await test.evict();
    expect(await test.rpc.submit(session, request)).toMatchObject({ duplicate: true, task: { number: 1 } });
    expect((await test.snapshot()).tasks).toHaveLength(1);
  });

  it('steers the task that runs, and counts as delivered when the runner has taken it', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started);
    const answer = await session.rpc.addMessage(requestOf('And the footer', {}, 'issue_comment:2'));
    const { command } = await runner.socket.next('command');
    expect(command).toMatchObject({
      id: 1,
      command: { type: 'message', author: 'mona', text: 'And the footer' },
    });
    const { messages } = await session.snapshot();
    expect(messages.map(({ content, status }) => [content, status])).toEqual([
      ['Please fix the login page.', 'delivered'],
      ['And the footer', 'queued'],
    ]);
    await runner.events({ type: 'command.taken', commandId: 1 });
    expect((await session.snapshot()).messages[1]?.status).toBe('delivered');
    expect(await session.rpc.addMessage(requestOf('', {}, 'issue_comment:2'))).toMatchObject({
      ...answer,
      duplicate: true,
    });
  });

  it('waits with a queued task and reaches the runner when it opens', async () => {
    const session = await submitted();
    await session.rpc.addMessage(requestOf('One more thing'));
    const runner = await session.open();
    expect((await runner.socket.next('command')).command.command).toMatchObject({ text: 'One more thing' });
  });

  it('is sent again after a reconnect until it is taken', async () => {
    const session = await submitted();
    await session.open();
    await session.rpc.addMessage(requestOf('One more thing'));
    const again = await session.open();
    expect((await again.socket.next('command')).command.id).toBe(1);
    await again.events({ type: 'command.taken', commandId: 1 });
    const third = await session.open();
    await third.events(text('nothing comes before this ack'));
    expect(third.socket.frames.map(({ type }) => type)).toEqual(['opened', 'ack']);
  });

  it('that comes while the work is checked becomes a task of its own when the first is completed', async () => {
    const session = await submitted({ session: pullSession(false) });
    const runner = await session.open();
    await runner.events(started, turnEnded, captured, gatesStarted);
    expect(await session.rpc.addMessage(requestOf('And the footer'))).toMatchObject({
      status: 'message_queued',
    });
    await runner.events(gatesFinished(true), pushed('feature'), published('feature'));
    const { tasks } = await session.snapshot();
    expect(tasks).toMatchObject([{ state: 'completed' }, { state: 'pending', request: 'And the footer' }]);
    // Its command went with the task that is over: the next runner must not hear it twice.
    const second = await session.open(1, RUNNER, 2);
    await second.events(started);
    expect(second.socket.frames.map(({ type }) => type)).toEqual(['opened', 'ack']);
  });

  it('that Claude never got is the next task, in the order in which it was said', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started);
    await session.rpc.addMessage(requestOf('And the footer'));
    await session.rpc.addMessage(requestOf('And the header'));
    await runner.events(turnEnded, captured, finished({ type: 'unchanged' }));
    const { tasks, messages } = await session.snapshot();
    expect(tasks[1]).toMatchObject({
      number: 2,
      state: 'pending',
      request: 'And the footer\n\nAnd the header',
    });
    expect(messages.filter(({ taskId }) => taskId === tasks[1]?.id).map(({ status }) => status)).toEqual([
      'queued',
      'queued',
    ]);
    const second = await session.open(1, RUNNER, 2);
    await second.events(started);
    const after = (await session.snapshot()).messages;
    expect(after.every(({ status }) => status === 'delivered')).toBe(true);
  });

  it('makes a task of its own while the work of the first is on its way out', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(...UP_TO_APPROVAL);
    expect(await session.rpc.addMessage(requestOf('Next'))).toMatchObject({
      status: 'task_created',
      task: { number: 2, state: 'pending' },
    });
  });
});

describe('tasks of one session', () => {
  it('run one after the other: the next goes to the Fleet when the former is over', async () => {
    const session = await submitted();
    await session.hold('fleet');
    await session.rpc.addTask(requestOf('Second'));
    const enqueued = async () =>
      (await session.held('fleet')).flatMap((write) => (write.kind === 'enqueue' ? [write.taskNumber] : []));
    expect(await enqueued()).not.toContain(2);
    await session.rpc.endTask(1, 'cancel', 'mona', null);
    expect(await enqueued()).toContain(2);
    expect((await session.snapshot()).session.status).toBe('active');
  });
});

describe('ending a task', () => {
  it('takes a queued one back at once', async () => {
    const session = await submitted();
    await session.hold('fleet');
    const result = await session.rpc.endTask(null, 'cancel', 'mona', 'not needed');
    expect(result).toMatchObject({ status: 'ok', task: { state: 'cancelled' } });
    expect(await session.held('fleet')).toContainEqual({
      kind: 'withdraw',
      taskNumber: 1,
      reason: 'Cancelled by mona: not needed',
    });
  });

  it('tells the runner of a running one and takes its word for how it ended', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started);
    await session.rpc.addMessage(requestOf('Never mind'));
    await session.rpc.endTask(1, 'cancel', 'mona', null);
    await runner.socket.until((frames) =>
      frames.some((frame) => frame.type === 'command' && frame.command.command.type === 'cancel'),
    );
    expect((await session.task()).state).toBe('running');
    await runner.events(finished(cancelled));
    expect(await session.task()).toMatchObject({ state: 'cancelled', rescueRef: 'refs/rescue/1' });
    const { messages, tasks } = await session.snapshot();
    expect(tasks).toHaveLength(1);
    expect(messages.map(({ status }) => status)).toEqual(['delivered', 'dropped']);
  });

  it('goes on without the runner when it does not answer in time', async () => {
    const session = await submitted();
    await session.hold('fleet');
    const runner = await session.open();
    await runner.events(started);
    await session.rpc.endTask(1, 'stop', 'mona', null);
    await session.evict();
    await session.ringDeadline('task:1');
    expect((await session.task()).state).toBe('stopped');
    expect((await session.held('fleet')).map(({ kind }) => kind)).toContain('withdraw');
  });

  it('is refused once the task is over or is being published', async () => {
    const session = await submitted();
    const runner = await session.open();
    const { branch } = await session.task();
    await runner.events(...UP_TO_APPROVAL);
    expect(await session.rpc.endTask(1, 'cancel', 'mona', null)).toMatchObject({ code: 'not_allowed' });
    await runner.events(pushed(branch ?? ''), published(branch ?? ''));
    expect(await session.rpc.endTask(7, 'cancel', 'mona', null)).toMatchObject({ code: 'not_found' });
  });
});

describe('repeating a task', () => {
  it('resumes a stopped one under the same number, with its messages', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started);
    await session.rpc.addMessage(requestOf('Use the blue one'));
    await runner.events(finished({ type: 'stopped', rescueRef: null }));
    expect((await session.task()).state).toBe('stopped');
    const resumed = await session.rpc.repeatTask(null, 'resume', 'issue_comment:9', BY);
    expect(resumed).toMatchObject({ status: 'ok', task: { number: 1, state: 'pending', endedAt: null } });
    const again = await session.open(2);
    expect((await again.socket.next('command')).command.command).toMatchObject({ text: 'Use the blue one' });
    expect(await session.rpc.repeatTask(null, 'resume', 'issue_comment:9', BY)).toMatchObject({
      status: 'ok',
    });
    expect((await session.snapshot()).tasks).toHaveLength(1);
  });

  it('goes on, or begins anew, with other options where somebody gives them', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started);
    expect(await session.rpc.repeatTask(1, 'resume', 'c:1', BY, { maxUsd: 9 })).toMatchObject({
      code: 'conflict',
      message: 'Task 1 is running and goes on with the options that it has.',
    });
    await runner.events(finished({ type: 'stopped', rescueRef: null }));
    const { options } = await session.task();
    const resumed = await session.rpc.repeatTask(1, 'resume', 'c:2', BY, { maxUsd: 9 });
    expect(resumed).toMatchObject({ task: { number: 1, options: { ...options, maxUsd: 9 } } });
    await session.rpc.endTask(1, 'cancel', 'mona', null);
    const retried = await session.rpc.repeatTask(1, 'retry', 'c:3', BY, { model: 'opus' });
    expect(retried).toMatchObject({ task: { number: 2, options: { ...options, maxUsd: 9, model: 'opus' } } });
  });

  it('retries a failed one as a new task, once for each trigger', async () => {
    const session = await submitted();
    await session.rpc.endTask(1, 'cancel', 'mona', null);
    const retry = () => session.rpc.repeatTask(1, 'retry', 'issue_comment:9', BY);
    expect(await retry()).toMatchObject({ task: { number: 2, request: 'Please fix the login page.' } });
    expect(await retry()).toMatchObject({ task: { number: 2 } });
    expect(await session.rpc.repeatTask(1, 'resume', 'other', BY)).toMatchObject({ code: 'not_allowed' });
    expect(await session.rpc.repeatTask(2, 'retry', 'third', BY)).toMatchObject({ code: 'conflict' });
  });
});

describe('a job that is lost', () => {
  it('waits for a runner again, with its messages but without its orders', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(...UP_TO_APPROVAL.slice(0, 2));
    await session.rpc.addMessage(requestOf('Still wanted'));
    await session.rpc.jobLost(1, 1, 'No sign of life for 30 s.');
    await session.rpc.jobLost(1, 1, 'No sign of life for 30 s.');
    expect(await session.task()).toMatchObject({ state: 'pending', runnerId: null });
    expect((await session.eventTypes()).filter((type) => type === 'job.lost')).toHaveLength(1);
    const next = await session.open(2);
    expect((await next.socket.next('command')).command.command).toMatchObject({ text: 'Still wanted' });
  });

  it('goes back to the queue when its runner gives it back', async () => {
    const session = await submitted();
    await session.hold('fleet');
    const runner = await session.open();
    await runner.events(
      started,
      finished({ type: 'interrupted', reason: 'The runner drains.', rescueRef: null }),
    );
    expect((await session.task()).state).toBe('pending');
    expect((await session.held('fleet')).map(({ kind }) => kind)).toEqual(['release', 'enqueue']);
  });

  it('fails when it is lost again and again', async () => {
    const session = await submitted();
    for (let epoch = 1; epoch <= 6; epoch += 1) {
      await (await session.open(epoch)).events(started);
      await session.rpc.jobLost(1, epoch, 'The machine went away.');
    }
    expect(await session.task()).toMatchObject({ state: 'failed', failure: { kind: 'lost' } });
  });

  it('knows assignments in any order: the higher epoch wins', async () => {
    const session = await submitted();
    await session.rpc.jobAssigned(1, 2, { id: RUNNER, name: 'two' });
    await session.rpc.jobAssigned(1, 1, { id: RUNNER, name: 'one' });
    await session.rpc.jobLost(1, 1, 'old news');
    await session.rpc.jobAssigned(1, 2, { id: RUNNER, name: 'two' });
    expect(await session.task()).toMatchObject({ epoch: 2, runnerName: 'two', state: 'pending' });
    expect((await session.eventTypes()).filter((type) => type.startsWith('job.'))).toEqual(
      expect.arrayContaining(['job.assigned']),
    );
  });
});
