import { afterAll, beforeAll, expect, it } from 'vitest';
import { taskViewSchema } from '../protocol/task.ts';
import { createTestWorld, GENEROUS_WRITES_AN_HOUR, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld({
    writesAnHour: GENEROUS_WRITES_AN_HOUR,
    github: {
      owner: { login: 'station-works', type: 'Organization' },
      repositories: [
        {
          name: REPO,
          files: { 'README.md': '# hello-station\n', '.github/signalbox.yml': 'approval: before_push\n' },
        },
      ],
    },
  });
});
afterAll(() => world?.close());

const ask = (title: string, body: string) =>
  world.github.openIssue({ repo: REPO, author: 'mona', title, body: `@signalbox ${body}` });

const say = (number: number, body: string) =>
  world.github.commentOnIssue({ repo: REPO, number, author: 'mona', body: `@signalbox ${body}` });

it('pushes nothing before a person approves exactly the tree that is shown, and tells who comes later', async () => {
  const { github, stack } = world;
  const { number } = await ask('A file', '[[write:first.txt|one]]');
  const sessionId = world.sessionOf(number);
  const waiting = await world.inState(sessionId, 'waiting_approval');
  expect(await github.pulls(REPO)).toEqual([]);
  const path = `/api/tasks/${sessionId}.1/approve`;
  await expect(stack.api.post(path, { tree: 'a'.repeat(40) }, taskViewSchema)).rejects.toThrow(/has changed/);
  await stack.api.post(path, { tree: waiting.work?.tree }, taskViewSchema);
  const task = await world.ended(sessionId);
  expect(task).toMatchObject({ state: 'completed', decision: { verdict: 'approved', via: 'api' } });
  expect(await github.diff(REPO, 'main', task.branch ?? '')).toContain('first.txt');
  await say(number, 'reject I would rather not');
  await until('whoever is later is told who was first', () =>
    world.botComments(number).some(({ body }) => /was first: the work was approved/.test(body)),
  );
});

it('puts rejected work back, hands the reason to Claude and shows what it does then', async () => {
  const { github, model } = world;
  const { number } = await ask('Another file', '[[write:wrong.txt|one]]');
  const sessionId = world.sessionOf(number);
  const first = await world.inState(sessionId, 'waiting_approval');
  await say(number, 'rework not there: [[write:right.txt|two]]');
  await until('other work is shown', async () => {
    const { tasks } = await world.session(sessionId);
    return tasks[0]?.state === 'waiting_approval' && tasks[0].work?.tree !== first.work?.tree;
  });
  expect(model.requests.some(({ body }) => JSON.stringify(body).includes('rejected it'))).toBe(true);
  await say(number, 'approve');
  const task = await world.ended(sessionId);
  expect(task).toMatchObject({ state: 'completed', decision: { verdict: 'approved', via: 'comment' } });
  const diff = await github.diff(REPO, 'main', task.branch ?? '');
  expect(diff).toContain('right.txt');
  expect(diff).not.toContain('wrong.txt');
});

it('ends on a rejection: the folder is as before, the work is kept aside, and the next task builds on neither', async () => {
  const { stack, github } = world;
  const { number } = await ask('A third file', '[[write:unwanted.txt|one]]');
  const sessionId = world.sessionOf(number);
  await world.inState(sessionId, 'waiting_approval');
  await stack.api.post(`/api/tasks/${sessionId}.1/reject`, { reason: 'Not now.' }, taskViewSchema);
  const task = await world.ended(sessionId);
  expect(task).toMatchObject({ state: 'rejected', decision: { verdict: 'rejected', reason: 'Not now.' } });
  expect(task.rescueRef).not.toBeNull();
  await say(number, '[[write:wanted.txt|two]]');
  await world.inState(sessionId, 'waiting_approval', 2);
  await say(number, 'approve');
  const next = await world.ended(sessionId, 2);
  const diff = await github.diff(REPO, 'main', next.branch ?? '');
  expect(diff).toContain('wanted.txt');
  expect(diff).not.toContain('unwanted.txt');
});

it('takes the answer of a button of the check run on a pull request', async () => {
  const { github } = world;
  const number = await world.openPull('feature');
  await say(number, '[[write:more.txt|more]]');
  const sessionId = world.sessionOf(number);
  await world.inState(sessionId, 'waiting_approval');
  const check = await until('the check run has buttons', () =>
    github.checkRuns(REPO).find(({ name, actions }) => name === 'Signalbox' && actions.length === 2),
  );
  const press = (author: string, identifier: string) =>
    github.requestCheckRunAction({ repo: REPO, checkRunId: check.id, author, identifier });
  await press('passer-by', String(check.actions[0]?.identifier));
  await press('mona', String(check.actions[0]?.identifier));
  const task = await world.ended(sessionId);
  expect(task).toMatchObject({ state: 'completed', decision: { by: 'mona', via: 'check_run' } });
  expect(await github.diff(REPO, 'main', 'feature')).toContain('more.txt');
  await until('the buttons are gone', () =>
    github.checkRuns(REPO).every(({ actions }) => actions.length === 0),
  );
  expect(github.violations).toEqual([]);
});

it('carries out an answer that was given while the runner was down', async () => {
  const { github, stack } = world;
  const { number } = await ask('A fourth file', '[[write:lost.txt|one]]');
  const sessionId = world.sessionOf(number);
  const first = await world.inState(sessionId, 'waiting_approval');
  stack.runner.current().kill('SIGKILL', 'leader');
  await say(number, 'rework elsewhere: [[write:found.txt|two]]');
  await world.inState(sessionId, 'running');
  await stack.runner.restart();
  const second = await until('other work is shown', async () => {
    const { tasks } = await world.session(sessionId);
    const [task] = tasks;
    return task?.state === 'waiting_approval' && task.work?.tree !== first.work?.tree ? task : null;
  });
  stack.runner.current().kill('SIGKILL', 'leader');
  await stack.api.post(`/api/tasks/${sessionId}.1/approve`, { tree: second.work?.tree }, taskViewSchema);
  await stack.runner.restart();
  const task = await world.ended(sessionId);
  expect(task.state).toBe('completed');
  const diff = await github.diff(REPO, 'main', task.branch ?? '');
  expect(diff).toContain('found.txt');
  expect(diff).not.toContain('lost.txt');
});
