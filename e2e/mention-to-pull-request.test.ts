import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandLogPageSchema, sessionPageSchema } from '../protocol/http.ts';
import { expectWholeLog, typesOf } from './harness/check-log.ts';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(() => world?.close());

it('turns a signed mention into a pull request, a final comment, a concluded check and rows in the record', async () => {
  const { github, model, stack } = world;
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'The greeting says undefined',
    body: '@signalbox please [[write:src/note.md|a note]]',
  });
  const sessionId = world.sessionOf(number);
  const task = await world.ended(sessionId);
  expect(task).toMatchObject({ state: 'completed', failure: null, requester: { login: 'mona' } });

  const [pull, ...others] = await github.pulls(REPO);
  expect(others).toEqual([]);
  expect(pull).toMatchObject({ author: github.app.botLogin, base: 'main', head: task.branch, state: 'open' });
  expect(pull?.body).toContain(`${stack.url}/sessions/${sessionId}`);
  expect(pull?.body).toContain('mona');
  expect(await github.diff(REPO, 'main', pull?.head ?? '')).toContain('+a note');
  expect(task.pullRequest?.number).toBe(pull?.number);

  const comment = await until('the tracking comment is final', () => {
    const [first] = world.botComments(number);
    return first?.body.includes(`#${pull?.number}`) ? first : null;
  });
  expect(world.botComments(number)).toHaveLength(1);
  expect(comment.body).toContain(`<!-- signalbox:task:${task.id} -->`);
  expect(github.issue(REPO, number).reactions).toContainEqual({ content: 'eyes', user: github.app.botLogin });
  const check = await until('the check run is concluded', () =>
    github.checkRuns(REPO).find(({ status }) => status === 'completed'),
  );
  expect(check).toMatchObject({ conclusion: 'success', headSha: task.commitSha });
  expect(github.checkRuns(REPO)).toHaveLength(1);

  const events = await world.events(sessionId);
  expectWholeLog(events);
  expect(typesOf(events)).toEqual(expect.arrayContaining(['claude.started', 'commit.made', 'push.done']));

  const listed = await until('the session is in the record', async () =>
    (await stack.api.get('/api/sessions', sessionPageSchema)).items.find(({ id }) => id === sessionId),
  );
  expect(listed).toMatchObject({ repository: `station-works/${REPO}`, taskCount: 1, status: 'idle' });
  expect(listed.costUsd).toBeGreaterThan(0);
  const logs = await until('the tool call is in the record', async () => {
    const page = await stack.api.get(`/api/sessions/${sessionId}/logs`, commandLogPageSchema);
    return page.items.find(({ tool, status }) => tool === 'Write' && status === 'ok');
  });
  expect(logs.taskId).toBe(task.id);

  await until('the push token is revoked', () =>
    github.requests.some(
      ({ method, path, status }) => method === 'DELETE' && path === '/installation/token' && status === 204,
    ),
  );
  expect(github.violations).toEqual([]);
  expect(model.violations).toEqual([]);
});

it('resumes the same Claude session for a second mention and adds a commit to the same branch and pull request', async () => {
  const { github, model } = world;
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'Two steps',
    body: '@signalbox [[write:one.txt|one]]',
  });
  const sessionId = world.sessionOf(number);
  const first = await world.ended(sessionId);
  expect(first.state).toBe('completed');
  const claudeSessionId = (await world.session(sessionId)).session.claudeSessionId;

  await github.commentOnIssue({
    repo: REPO,
    number,
    author: 'mona',
    body: '@signalbox [[write:two.txt|two]] as well',
  });
  const second = await world.ended(sessionId, 2);
  expect(second).toMatchObject({ state: 'completed', branch: first.branch, pullRequest: first.pullRequest });
  expect((await world.session(sessionId)).session.claudeSessionId).toBe(claudeSessionId);

  const lastTurn = model.requests.filter((request) => request.sessionId === claudeSessionId).at(-1);
  expect(JSON.stringify(lastTurn?.body?.messages)).toContain('[[write:one.txt|one]]');
  const pulls = (await github.pulls(REPO)).filter(({ head }) => head === first.branch);
  expect(pulls).toHaveLength(1);
  const diff = await github.diff(REPO, 'main', first.branch ?? '');
  expect(diff).toContain('one.txt');
  expect(diff).toContain('two.txt');
  expect(pulls[0]?.headSha).toBe(second.commitSha);
  expect(second.commitSha).not.toBe(first.commitSha);
  expectWholeLog(await world.events(sessionId));
});
