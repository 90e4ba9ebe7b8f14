import { afterAll, beforeAll, expect, it } from 'vitest';
import { questionListSchema, questionViewSchema } from '../protocol/questions.ts';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(() => world?.close());

const ask = async (title: string, question: string) => {
  const { number } = await world.github.openIssue({
    repo: REPO,
    author: 'mona',
    title,
    body: `@signalbox [[ask:${question}]]`,
  });
  const sessionId = world.sessionOf(number);
  await world.inState(sessionId, 'waiting_input');
  return { number, sessionId };
};

it('asks in the thread, takes a reply as the answer, and Claude has it exactly', async () => {
  const { number, sessionId } = await ask('A question', 'Which one?');
  await until('the thread shows the choices', () =>
    world.botComments(number).some(({ body }) => body.includes('Which one?') && body.includes('2. Two')),
  );
  await world.github.commentOnIssue({ repo: REPO, number, author: 'mona', body: '@signalbox 2' });
  const task = await world.ended(sessionId);
  expect(task).toMatchObject({ state: 'completed', summary: expect.stringContaining('"Which one?"="Two"') });
  const { items } = await world.stack.api.get(`/api/tasks/${sessionId}.1/questions`, questionListSchema);
  expect(items).toMatchObject([{ state: { status: 'answered', by: 'mona' } }]);
});

it('keeps a question over the death of its runner, and Claude gets the answer that was given meanwhile', async () => {
  const { sessionId } = await ask('A question over a crash', 'Which way?');
  const { stack } = world;
  stack.runner.current().kill('SIGKILL', 'leader');
  const address = `/api/tasks/${sessionId}.1/questions`;
  const [question] = (await stack.api.get(address, questionListSchema)).items;
  const reply = { type: 'answers', answers: [{ choices: ['One'], text: 'but slowly' }] };
  const answered = await stack.api.post(`${address}/${question?.id}/answer`, reply, questionViewSchema);
  expect(answered.state.status).toBe('answered');
  await stack.runner.restart();
  const task = await world.ended(sessionId);
  expect(task.state).toBe('completed');
  const said = JSON.stringify(world.model.requests.map(({ body }) => body));
  expect(said).toContain('One, but slowly');
});
