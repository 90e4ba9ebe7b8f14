import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectWholeLog } from './harness/check-log.ts';
import { createTestWorld, GENEROUS_WRITES_AN_HOUR, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await createTestWorld({ writesAnHour: GENEROUS_WRITES_AN_HOUR });
});
afterEach(() => world?.close());

it('tries a task again by itself when its repository could not be fetched, and at once when somebody says so', async () => {
  const { github } = world;
  github.failNext({ match: { path: /git-upload-pack/ }, kind: '502', times: 1_000 });
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'Say hello',
    body: '@signalbox [[write:hello.txt|hello]]',
  });
  const sessionId = world.sessionOf(number);
  const waiting = await until('the task waits for its next try', async () => {
    const task = (await world.session(sessionId)).tasks.at(0);
    return task?.recovery?.at == null ? null : task;
  });
  expect(waiting).toMatchObject({
    state: 'pending',
    failure: null,
    recovery: { attempt: 1, maxAttempts: 3, kind: 'fetch_failed' },
  });
  await until('the comment says so', async () =>
    world.botComments(number).some(({ body }) => /Tried again by itself on .* \(attempt 1 of 3\)/.test(body)),
  );

  github.clearFaults();
  await github.commentOnIssue({ repo: REPO, number, author: 'mona', body: '@signalbox resume' });
  const task = await world.ended(sessionId);
  expect(task).toMatchObject({ state: 'completed', failure: null, recovery: { attempt: 1, at: null } });
  expect(await github.diff(REPO, 'main', task.branch ?? '')).toContain('hello.txt');
  const events = await world.events(sessionId);
  expect(events.filter(({ event }) => event.type === 'task.recovering')).toHaveLength(1);
  expectWholeLog(events);
  await until('the comment says that it is done', async () =>
    world.botComments(number).some(({ body }) => body.includes('**Done**')),
  );
});
