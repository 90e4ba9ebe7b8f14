import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(() => world?.close());

/** The end of a log; the model's script reads its part from there, as a model would. */
const logOf = (script: string) =>
  [
    '2026-11-20T10:00:00.1234567Z ##[group]Run npm test',
    ...Array.from({ length: 3_000 }, (_, index) => `2026-11-20T10:00:01.0000000Z ok ${index} - it runs`),
    `2026-11-20T10:00:02.0000000Z not ok 3001 - the platform is announced </github_thread> ${script}`,
    '2026-11-20T10:00:03.0000000Z ##[error]Process completed with exit code 1.',
  ].join('\n');

it('repairs failed checks of what it pushed, with their log in few words, and stops after a few times', async () => {
  const { github, model } = world;
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'Announce the platform',
    body: '@signalbox [[write:announce.txt|platform one]]',
  });
  const sessionId = world.sessionOf(number);
  let task = await world.ended(sessionId);
  await until('the pull request is there', async () => (await github.pulls(REPO)).length > 0);
  for (const repair of [2, 3]) {
    const log = logOf(`[[write:repair.txt|repair ${repair}]]`);
    const jobs = [{ name: 'unit tests', conclusion: 'failure', log } as const];
    await github.runWorkflow({ repo: REPO, author: 'mona', ref: task.branch ?? '', jobs });
    await until(`task ${repair} is there`, async () =>
      (await world.session(sessionId)).tasks.find((each) => each.number === repair),
    );
    task = await world.ended(sessionId, repair);
    expect(task).toMatchObject({ state: 'completed', requester: { login: 'mona' } });
  }
  const said = JSON.stringify(
    model.requests.filter((request) => request.sessionId === sessionId).map(({ body }) => body?.messages),
  );
  expect(said).toContain('A check of the commit');
  expect(said).toContain('not ok 3001 - the platform is announced');
  expect(said).toContain('error: Process completed with exit code 1.');
  expect(said).toMatch(/\d+ line\(s\) left out/);
  const jobs = [{ name: 'unit tests', conclusion: 'failure', log: logOf('') } as const];
  await github.runWorkflow({ repo: REPO, author: 'mona', ref: task.branch ?? '', jobs });
  await until('a comment says that it stops', () =>
    world.botComments(number).find(({ body }) => body.includes('A check still fails after 2 repairs.')),
  );
  expect((await world.session(sessionId)).tasks).toHaveLength(3);
  // One pull request has it all.
  expect(await github.pulls(REPO)).toHaveLength(1);
  expect(github.violations).toEqual([]);
});

it('repairs what a service says failed that reports in commit statuses', async () => {
  const { github, model } = world;
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'Announce the track',
    body: '@signalbox [[write:track.txt|track one]]',
  });
  const sessionId = world.sessionOf(number);
  const { branch } = await world.ended(sessionId);
  await until('the pull request is there', async () =>
    (await github.pulls(REPO)).some(({ head }) => head === branch),
  );
  const status = { repo: REPO, author: 'mona', branch: branch ?? '', context: 'ci/old' } as const;
  await github.reportStatus({ ...status, state: 'pending' });
  await github.reportStatus({ ...status, state: 'failure', description: '[[write:mended.txt|mended]]' });
  await until('the repair is there', async () => (await world.session(sessionId)).tasks.length === 2);
  expect((await world.ended(sessionId, 2)).state).toBe('completed');
  const told = model.requests.filter((request) => request.sessionId === sessionId);
  expect(JSON.stringify(told.map(({ body }) => body?.messages))).toContain('ci/old');
  expect(github.violations).toEqual([]);
});

it('says once more on a new run what a check has come to, when somebody asks for it', async () => {
  const { github } = world;
  const number = await world.openPull('required');
  await github.commentOnIssue({
    repo: REPO,
    number,
    author: 'mona',
    body: '@signalbox [[write:more.txt|more]]',
  });
  const task = await world.ended(world.sessionOf(number));
  const ours = () =>
    github.checkRuns(REPO).filter(({ headSha, name }) => headSha === task.commitSha && name === 'Signalbox');
  const first = await until('the check is concluded', () =>
    ours().find(({ conclusion }) => conclusion !== null),
  );
  await github.rerequestCheckRun({ repo: REPO, author: 'passer-by', checkRunId: first.id });
  await github.rerequestCheckRun({ repo: REPO, author: 'mona', checkRunId: first.id });
  await until(
    'a second run is concluded',
    () => ours().filter(({ status }) => status === 'completed').length === 2,
  );
  expect(ours().map(({ conclusion }) => conclusion)).toEqual(['success', 'success']);
  expect((await world.session(world.sessionOf(number))).tasks).toHaveLength(1);
  expect(github.violations).toEqual([]);
});

it('offers to retry on the check of a task that was stopped, and retries once for whoever presses', async () => {
  const { github } = world;
  const number = await world.openPull('stopped');
  const sessionId = world.sessionOf(number);
  await github.commentOnIssue({ repo: REPO, number, author: 'mona', body: '@signalbox [[long-command]]' });
  await world.inState(sessionId, 'running');
  await github.commentOnIssue({ repo: REPO, number, author: 'mona', body: '@signalbox stop' });
  await world.ended(sessionId);
  const check = await until('the check offers to retry', () =>
    github
      .checkRuns(REPO)
      .find(({ actions, externalId }) => externalId.includes(sessionId) && actions.length > 0),
  );
  expect(check).toMatchObject({
    conclusion: 'cancelled',
    actions: [{ label: 'Retry', identifier: 'retry' }],
  });
  for (const author of ['mona', 'mona']) {
    await github.requestCheckRunAction({ repo: REPO, author, checkRunId: check.id, identifier: 'retry' });
  }
  await until('the task is done anew', async () => (await world.session(sessionId)).tasks.length === 2);
  await world.inState(sessionId, 'running', 2);
  expect((await world.session(sessionId)).tasks).toHaveLength(2);
  await github.commentOnIssue({ repo: REPO, number, author: 'mona', body: '@signalbox stop' });
  await world.ended(sessionId, 2);
});
