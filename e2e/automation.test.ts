import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestWorld, GENEROUS_WRITES_AN_HOUR, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld({ writesAnHour: GENEROUS_WRITES_AN_HOUR });
});
afterAll(() => world?.close());

it('chats on GitHub: waits after each turn, acknowledges a comment where it was written, and is done when somebody says so', async () => {
  const { github } = world;
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'A chat',
    body: '@signalbox --mode chat [[say:What shall I write?]]',
  });
  const sessionId = world.sessionOf(number);
  await world.inState(sessionId, 'waiting_input');
  await until('the comment says what is waited for', () =>
    world.botComments(number).some(({ body }) => body.includes('Waiting for your next message')),
  );
  await github.commentOnIssue({
    repo: REPO,
    number,
    author: 'mona',
    body: '@signalbox [[write:chat.txt|hello]]',
  });
  await until('Claude waits once more', async () => {
    const events = await world.events(sessionId);
    return events.filter(({ event }) => event.type === 'input.wanted').length === 2;
  });
  const settled = (await world.events(sessionId)).flatMap(({ event }) =>
    event.type === 'message.settled' ? [event.outcome] : [],
  );
  expect(settled).toEqual(['delivered']);
  // Seen, and with Claude.
  await until('the comment has both reactions', () => {
    const written = github.requests.filter(
      ({ method, path, status }) =>
        method === 'POST' && /\/issues\/comments\/\d+\/reactions$/.test(path) && status === 201,
    );
    return written.length >= 2;
  });
  await github.commentOnIssue({ repo: REPO, number, author: 'mona', body: '@signalbox done' });
  expect(await world.ended(sessionId)).toMatchObject({ number: 1, state: 'completed' });
});

it('goes on by itself until a sentence and a command hold', async () => {
  const { github } = world;
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'A goal',
    body: '@signalbox --until "A file says ready. {{holds-when:ready!<<write:goal.txt|ready>>}}" --until-command "test -f start.txt" [[write:start.txt|go]]',
  });
  const task = await world.ended(world.sessionOf(number));
  expect(task).toMatchObject({ state: 'completed', automation: { iterations: 1, missing: null } });
});
