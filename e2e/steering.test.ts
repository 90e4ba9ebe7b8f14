import { afterAll, beforeAll, expect, it } from 'vitest';
import { taskViewSchema } from '../protocol/task.ts';
import { createTestWorld, GENEROUS_WRITES_AN_HOUR, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld({ writesAnHour: GENEROUS_WRITES_AN_HOUR });
});
afterAll(() => world?.close());

it('hands a follow-up to Claude while it works', async () => {
  const { github, model } = world;
  model.hold('loop-1');
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'A loop',
    body: '@signalbox [[loop:3]]',
  });
  const sessionId = world.sessionOf(number);
  await model.reached('loop-1');
  await github.commentOnIssue({ repo: REPO, number, author: 'mona', body: '@signalbox mind the gap' });
  await until('the message is with the session', async () =>
    (await world.events(sessionId)).some(({ event }) => event.type === 'message.received'),
  );
  model.release('loop-1');
  const task = await world.ended(sessionId);
  expect(task).toMatchObject({ number: 1, state: 'completed' });
  expect(task.summary).toContain('mind the gap');
  expect(model.requests.some(({ notes }) => notes.some((note) => note.includes('mind the gap')))).toBe(true);
  expect((await world.session(sessionId)).tasks).toHaveLength(1);
  const taken = (await world.events(sessionId)).filter(({ event }) => event.type === 'command.taken');
  expect(taken.length).toBeGreaterThan(0);
});

it('ends a task on "stop", says so in the comment and keeps what was done', async () => {
  const { github, model } = world;
  model.hold('loop-2');
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'Another loop',
    body: '@signalbox [[loop:3]]',
  });
  const sessionId = world.sessionOf(number);
  await model.reached('loop-2');
  await github.commentOnIssue({ repo: REPO, number, author: 'mona', body: '@signalbox stop' });
  expect((await world.ended(sessionId)).state).toBe('stopped');
  model.release('loop-2');
  await until('the comment says that it was stopped', () =>
    world.botComments(number).some(({ body }) => /stopped/i.test(body)),
  );
});

it('pauses Claude between two steps, keeps its process, and lets it go on', async () => {
  const { github, model } = world;
  model.hold('loop-1');
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'A loop with a break',
    body: '@signalbox [[loop:2]]',
  });
  const sessionId = world.sessionOf(number);
  await model.reached('loop-1');
  const order = (verb: string) =>
    world.stack.api.post(`/api/tasks/${sessionId}.1/${verb}`, {}, taskViewSchema);
  await order('pause');
  await world.inState(sessionId, 'paused');
  await until('the comment says that it is paused', () =>
    world.botComments(number).some(({ body }) => /paused/i.test(body)),
  );
  model.release('loop-1');
  await order('resume');
  const task = await world.ended(sessionId);
  expect(task).toMatchObject({ number: 1, state: 'completed' });
  const types = (await world.events(sessionId)).map(({ event }) => event.type);
  expect(types.filter((type) => type === 'claude.paused' || type === 'claude.resumed')).toEqual([
    'claude.paused',
    'claude.resumed',
  ]);
  // A kept process says that it is the same one.
  const starts = (await world.events(sessionId)).flatMap(({ event }) =>
    event.type === 'claude.started' ? [event.claudeSessionId] : [],
  );
  expect(new Set(starts).size).toBe(1);
});
