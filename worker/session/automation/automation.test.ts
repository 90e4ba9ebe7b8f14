import { describe, expect, it } from 'vitest';
import type { RunnerEvent } from '../../../protocol/events.ts';
import { NO_USAGE } from '../../../protocol/usage.ts';
import { requestOf } from '../testing/make-requests.ts';
import { captured, started, turnEnded } from '../testing/runner-events.ts';
import { submitted, type TestRunner } from '../testing/test-session.ts';

const chatWaits: RunnerEvent = { type: 'input.wanted', kind: 'chat', text: null };
const personAsked: RunnerEvent = { type: 'input.wanted', kind: 'automation', text: 'Which customer?' };
const asked: RunnerEvent = {
  type: 'automation.asked',
  purpose: 'judge',
  usage: { ...NO_USAGE, inputTokens: 10, costUsd: 0.25 },
  model: 'haiku',
  durationMs: 5,
  trouble: null,
};
const judged: RunnerEvent = {
  type: 'automation.judged',
  iteration: 1,
  holds: false,
  command: null,
  sentence: null,
  missing: 'There is no test.',
};
const continued: RunnerEvent = { type: 'automation.continued', iteration: 1, by: 'criteria', text: 'Go on.' };

const nextCommand = async (runner: TestRunner) => (await runner.socket.next('command')).command.command;

async function waiting(wants: RunnerEvent) {
  const session = await submitted();
  const runner = await session.open();
  await runner.events(started, turnEnded, wants);
  return { session, runner };
}

describe('a task that waits for a person after a turn', () => {
  it('says so, and goes on with his message at once', async () => {
    const { session, runner } = await waiting(chatWaits);
    expect(await session.task()).toMatchObject({
      state: 'waiting_input',
      automation: { wants: { kind: 'chat', text: null } },
    });
    expect((await session.snapshot()).session.status).toBe('waiting');

    await session.rpc.addInput(1, requestOf('And now the tests.', {}, 'issue_comment:77'));
    expect(await session.task()).toMatchObject({ state: 'running', automation: { wants: null } });
    expect(await nextCommand(runner)).toMatchObject({ type: 'message', text: 'And now the tests.' });
  });

  it('is finished by the first who takes the work as it is; others are told who was first', async () => {
    const { session, runner } = await waiting(personAsked);
    const order = { type: 'finish', by: 'ada' } as const;
    expect(await session.rpc.orderTask(1, order)).toMatchObject({ status: 'ok', task: { state: 'running' } });
    expect(await session.rpc.orderTask(1, order)).toMatchObject({ status: 'ok' });
    expect(await session.rpc.orderTask(1, { type: 'finish', by: 'eve' })).toMatchObject({
      status: 'refused',
      code: 'conflict',
      message: 'ada was first: the work is taken as it is.',
    });
    expect(await nextCommand(runner)).toEqual({ type: 'finish', by: 'ada' });
    await runner.events(captured);
    expect((await session.task()).state).toBe('waiting_qa');
  });

  it('is not asked for again when a runner was started anew after somebody had finished it', async () => {
    const { session, runner } = await waiting(chatWaits);
    await session.rpc.orderTask(1, { type: 'finish', by: 'ada' });
    await nextCommand(runner);
    await runner.events(chatWaits);
    expect(await nextCommand(runner)).toEqual({ type: 'finish', by: 'ada' });
    expect((await session.task()).state).toBe('running');
  });

  it('can not be finished while Claude works', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started);
    expect(await session.rpc.orderTask(1, { type: 'finish', by: 'ada' })).toMatchObject({
      status: 'refused',
      code: 'not_allowed',
    });
  });
});

describe('a task that goes on by itself', () => {
  it('tells how often, what is missing, and what it cost', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, asked, judged, continued);
    expect(await session.task()).toMatchObject({
      state: 'running',
      automation: { iterations: 1, missing: 'There is no test.', wants: null },
      usage: { costUsd: 0.25 },
    });
  });

  it('says at its end what is missing, and begins to count anew when it is resumed', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, judged, continued, {
      type: 'job.finished',
      outcome: { type: 'exhausted', limit: 'iterations', rescueRef: null, missing: 'There is no test.' },
    });
    expect(await session.task()).toMatchObject({
      state: 'exhausted',
      automation: { missing: 'There is no test.' },
    });
    const log = await session.rpc.eventsAfter(0, 100);
    expect(log?.events.map(({ event }) => event)).toContainEqual({
      type: 'task.moved',
      from: 'running',
      to: 'exhausted',
      input: 'exhaust',
      reason: 'Out of iterations. Still missing: There is no test.',
    });
    const by = { login: 'ada', id: 2, name: null, email: null };
    await session.rpc.repeatTask(1, 'resume', 'test:resume', by);
    const resumed = await session.task();
    expect(resumed.state).toBe('pending');
    expect(resumed.automation).toBeUndefined();
  });
});

it('tells of a follow-up when Claude has it, in the log and in its status', async () => {
  const session = await submitted();
  const runner = await session.open();
  await runner.events(started);
  await session.rpc.addInput(1, requestOf('One more thing.', {}, 'issue_comment:78'));
  const command = (await runner.socket.next('command')).command;
  await runner.events({ type: 'command.taken', commandId: command.id });
  const messages = (await session.snapshot()).messages.filter(({ content }) => content === 'One more thing.');
  expect(messages).toMatchObject([{ status: 'delivered' }]);
  const log = await session.rpc.eventsAfter(0, 100);
  expect(log?.events.map(({ event }) => event)).toContainEqual({
    type: 'message.settled',
    messageId: messages[0]?.id,
    outcome: 'delivered',
  });
  expect(await session.held('github')).toContainEqual({
    kind: 'github',
    write: expect.objectContaining({
      kind: 'reaction',
      reaction: { subject: 'issue_comment', subjectId: 78, content: 'rocket' },
    }),
  });
});
