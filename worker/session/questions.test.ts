import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { RunnerEvent } from '../../protocol/events.ts';
import type { TaskOptionsInput } from '../../protocol/task-options.ts';
import { openRecord } from '../record/open-record.ts';
import { questions } from '../record/tables/questions.ts';
import { writeRecord } from '../record/write-record.ts';
import { issueSession, requestOf } from './testing/make-requests.ts';
import { captured, started } from './testing/runner-events.ts';
import { OTHER_RUNNER, submitted, type TestRunner } from './testing/test-session.ts';

const item = {
  text: 'Which colour?',
  header: 'Colour',
  multiSelect: false,
  choices: [
    { label: 'Red', description: 'like a rose' },
    { label: 'Blue', description: '' },
  ],
};
const asks: RunnerEvent = {
  type: 'question.asked',
  questionId: 'toolu_1',
  kind: 'question',
  items: [item],
  tool: null,
};
const blue = { type: 'answers' as const, answers: [{ choices: ['Blue'], text: null }] };
const red = { type: 'answers' as const, answers: [{ choices: ['Red'], text: null }] };

const nextCommand = async (runner: TestRunner) => (await runner.socket.next('command')).command;

describe('a question of Claude', () => {
  it('is in the record with whoever answered it, and goes with its session', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, asks);
    const db = openRecord(env);
    // What the session has for the record, written and read again.
    const recorded = async () => {
      const held = await session.held('record');
      await writeRecord(
        db,
        held.flatMap((body) => (body.kind === 'record' ? [body.row] : [])),
      );
      return rows();
    };
    const rows = () => db.select().from(questions).where(eq(questions.sessionId, session.id));
    expect(await recorded()).toMatchObject([
      { status: 'open', items: [item], reply: null, answeredBy: null, settledAt: null },
    ]);
    await session.rpc.answerQuestion(1, { questionId: 'toolu_1', reply: blue, by: 'mona' });
    expect(await recorded()).toMatchObject([
      { id: 'toolu_1', kind: 'question', status: 'answered', reply: blue, answeredBy: 'mona' },
    ]);
    await writeRecord(db, [{ table: 'erased_session', row: { sessionId: session.id } }]);
    expect(await rows()).toEqual([]);
  });

  it('has its task wait, is answered once, and reaches the runner until it says that it took it', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, asks);
    expect(await session.task()).toMatchObject({
      state: 'waiting_input',
      question: { id: 'toolu_1', kind: 'question', items: [item], state: { status: 'open' } },
    });
    const first = await session.rpc.answerQuestion(1, { questionId: 'toolu_1', reply: blue, by: 'mona' });
    expect(first).toMatchObject({ status: 'ok', question: { state: { status: 'answered', by: 'mona' } } });
    expect(
      await session.rpc.answerQuestion(1, { questionId: 'toolu_1', reply: red, by: 'hubot' }),
    ).toMatchObject({
      status: 'refused',
      code: 'conflict',
      message: expect.stringContaining('mona was first'),
    });
    const task = await session.task();
    expect([task.state, task.question]).toEqual(['running', undefined]);
    const { id, command } = await nextCommand(runner);
    expect(command).toMatchObject({ type: 'answer', questionId: 'toolu_1', reply: blue, by: 'mona' });
    const again = await session.open();
    again.seq = runner.seq;
    expect(await nextCommand(again)).toMatchObject({ id });
    await again.events({ type: 'command.taken', commandId: id });
    expect(await session.rpc.questions(1)).toMatchObject([{ id: 'toolu_1', state: { reply: blue } }]);
  });

  it('refuses answers that do not fit, and keeps waiting', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, asks);
    const answer = (reply: typeof blue) =>
      session.rpc.answerQuestion(1, { questionId: 'toolu_1', reply, by: 'mona' });
    const wrong = [
      [],
      [{ choices: [], text: null }],
      [{ choices: ['Green'], text: null }],
      [{ choices: ['Red', 'Blue'], text: null }],
    ];
    for (const answers of wrong) {
      expect(await answer({ type: 'answers', answers })).toMatchObject({
        status: 'refused',
        code: 'invalid',
      });
    }
    expect(
      await session.rpc.answerQuestion(1, { questionId: 'other', reply: blue, by: 'mona' }),
    ).toMatchObject({
      code: 'not_found',
    });
    expect(await session.task()).toMatchObject({ state: 'waiting_input' });
  });

  it('is answered by a message, which counts as delivered when the runner took the answer', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, asks);
    const said = await session.rpc.addMessage(requestOf('2'));
    expect(said).toMatchObject({ status: 'message_queued', task: { state: 'running' } });
    const { id, command } = await nextCommand(runner);
    expect(command).toMatchObject({ type: 'answer', reply: blue });
    await runner.events({ type: 'command.taken', commandId: id });
    const { messages } = await session.snapshot();
    expect(messages.at(-1)).toMatchObject({ content: '2', status: 'delivered' });
  });

  it('is answered by a message whose images come right behind the answer', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, asks);
    const id = crypto.randomUUID();
    const image = { id, name: 'a.png', type: 'image/png' as const, bytes: 9, sha256: 'a'.repeat(64) };
    await session.rpc.addMessage({ ...requestOf('2'), attachments: [image] });
    expect(await nextCommand(runner)).toMatchObject({ command: { type: 'answer', reply: blue } });
    expect(await nextCommand(runner)).toMatchObject({ command: { type: 'message', attachments: [image] } });
  });

  it('leaves a remark beside a permission a message to Claude', async () => {
    const session = await submitted();
    const runner = await session.open();
    const permission: RunnerEvent = {
      type: 'question.asked',
      questionId: 'toolu_2',
      kind: 'permission',
      items: [
        {
          ...item,
          choices: [
            { label: 'Allow', description: '' },
            { label: 'Deny', description: '' },
          ],
        },
      ],
      tool: { name: 'mcp__db__drop', input: { text: '{}', bytes: 2, cut: false } },
    };
    await runner.events(started, permission);
    await session.rpc.addMessage(requestOf('Please also write tests.'));
    expect(await nextCommand(runner)).toMatchObject({ command: { type: 'message' } });
    expect(await session.task()).toMatchObject({ state: 'waiting_input' });
    await session.rpc.addMessage(requestOf('no, the table is in use'));
    expect((await nextCommand(runner)).command).toMatchObject({
      type: 'answer',
      reply: { answers: [{ choices: ['Deny'], text: 'the table is in use' }] },
    });
  });

  it('goes along to the next runner, open or answered', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, asks);
    await session.rpc.jobLost(1, 1, 'The runner is gone.');
    expect(await session.task()).toMatchObject({ state: 'pending', question: { id: 'toolu_1' } });
    await session.rpc.answerQuestion(1, { questionId: 'toolu_1', reply: blue, by: 'mona' });
    const other = await session.open(2, OTHER_RUNNER);
    const { command } = await nextCommand(other);
    expect(command).toMatchObject({ type: 'answer', question: { items: [item] }, reply: blue });
    await other.events(asks);
    expect(await session.task()).not.toHaveProperty('question.id');
  });

  it('waits on when a runner that was started again asks it once more', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, asks);
    const before = await session.task();
    await runner.events(asks);
    expect(await session.task()).toEqual(before);
  });

  it('is withdrawn when its task ends, or the runner says so', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, asks);
    const settled = {
      type: 'question.settled',
      questionId: 'toolu_1',
      how: 'withdrawn',
      grants: null,
    } as const;
    await runner.events(settled);
    expect(await session.task()).toMatchObject({ state: 'running' });
    await runner.events({ ...asks, questionId: 'toolu_2' });
    await runner.events(captured);
    const states = (await session.rpc.questions(1))?.map(({ id, state }) => [id, state.status]);
    expect(states).toEqual([
      ['toolu_2', 'withdrawn'],
      ['toolu_1', 'withdrawn'],
    ]);
    expect(
      await session.rpc.answerQuestion(1, { questionId: 'toolu_2', reply: blue, by: 'mona' }),
    ).toMatchObject({
      status: 'refused',
      code: 'not_allowed',
    });
  });

  it('is told in the thread with its choices, once', async () => {
    const session = await submitted({ session: issueSession() });
    const runner = await session.open();
    await runner.events(started, asks, asks);
    const replies = (await session.held('github')).flatMap((put) =>
      put.kind === 'github' && put.write.kind === 'reply' ? [put.write.body] : [],
    );
    expect(replies).toEqual([
      expect.stringMatching(/@mona[\s\S]*> Which colour\?[\s\S]*1\. Red: like a rose\n2\. Blue/),
    ]);
  });
});

describe('a question that nobody answers in time', () => {
  const unanswered = async (options: TaskOptionsInput, event: RunnerEvent = asks) => {
    const session = await submitted({ request: requestOf('Paint it.', options) });
    const runner = await session.open();
    await runner.events(started, event);
    for (let rings = 0; rings < 2; rings += 1) await session.ringDeadline('task:1');
    return { task: await session.task(), command: (await nextCommand(runner)).command };
  };

  it('lets Claude decide itself', async () => {
    const { task, command } = await unanswered({});
    expect(task).toMatchObject({ state: 'running' });
    expect(command).toMatchObject({
      type: 'answer',
      by: null,
      reply: { type: 'declined', reason: expect.stringContaining('Decide yourself') },
    });
  });

  it('takes the first choice where the task says so', async () => {
    const { command } = await unanswered({ onNoAnswer: 'first_choice' });
    expect(command).toMatchObject({ type: 'answer', reply: red });
  });

  it('never gives a permission', async () => {
    const permission: RunnerEvent = { ...asks, kind: 'permission', tool: null };
    const { command } = await unanswered({ onNoAnswer: 'first_choice' }, permission);
    expect(command).toMatchObject({ type: 'answer', reply: { type: 'declined' } });
  });

  it('stops the task where the task says so', async () => {
    const { command } = await unanswered({ onNoAnswer: 'stop' });
    expect(command).toMatchObject({ type: 'stop' });
  });
});
