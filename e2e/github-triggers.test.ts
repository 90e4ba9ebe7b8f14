import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

const SETTINGS = 'triggers:\n  label: robot\n  pull_request: "Look at it. [[say:looked]]"\n';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
  await world.github.pushCommit({
    repo: REPO,
    author: 'mona',
    branch: 'main',
    files: { '.github/signalbox.yml': SETTINGS },
  });
});
afterAll(() => world?.close());

it('works on an issue that gets the label, for whoever added it, and not for who may not push', async () => {
  const { github } = world;
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'passer-by',
    title: 'A greeting',
    body: 'Greet people. [[write:greeting.txt|hello]]',
  });
  await github.labelIssue({ repo: REPO, number, author: 'passer-by', labels: ['robot'] });
  await github.labelIssue({ repo: REPO, number, author: 'mona', labels: ['other'] });
  expect((await world.deliveries()).filter(({ taskId }) => taskId !== null)).toEqual([]);
  const { number: next } = await github.openIssue({
    repo: REPO,
    author: 'passer-by',
    title: 'A greeting',
    body: 'Greet people. [[write:greeting.txt|hello]]',
  });
  await github.labelIssue({ repo: REPO, number: next, author: 'mona', labels: ['Robot'] });
  const task = await world.ended(world.sessionOf(next));
  expect(task).toMatchObject({ state: 'completed', requester: { login: 'mona' } });
  await until('the pull request is there', async () =>
    (await github.pulls(REPO)).find(({ head }) => head === task.branch),
  );
  expect(github.violations).toEqual([]);
});

it('looks at a pull request once it is no draft, and answers what is asked for help', async () => {
  const { github } = world;
  const number = await world.openPull('topic');
  const task = await world.ended(world.sessionOf(number));
  expect(task).toMatchObject({ request: expect.stringContaining('Look at it.'), state: 'completed' });
  await github.commentOnIssue({ repo: REPO, number, author: 'mona', body: '@signalbox help' });
  const help = await until('help is answered', () =>
    world.botComments(number).find(({ body }) => body.includes('In this repository:')),
  );
  expect(help.body).toContain('the label ` robot `');
  expect(help.body).toContain('an opened pull request');
  expect(github.violations).toEqual([]);
});

it('hands over what the request names and what the pull request changes', async () => {
  const { github, model } = world;
  const { number: named } = await github.openIssue({
    repo: REPO,
    author: 'passer-by',
    title: 'Trains are late',
    body: 'The 9:40 always.',
  });
  await github.pushCommit({
    repo: REPO,
    author: 'mona',
    branch: 'linked',
    from: 'main',
    files: { 'timetable.txt': 'the 9:45\n' },
  });
  // GitHub's times have whole seconds, and what was written in that of the trigger may have been written after it.
  const second = () => Math.floor(Date.now() / 1_000);
  const written = second();
  await until('the next second', () => second() > written);
  const { number } = await github.openPullRequest({
    repo: REPO,
    author: 'mona',
    head: 'linked',
    title: 'Timetable',
    body: `Fixes #${named}`,
  });
  await world.ended(world.sessionOf(number));
  const said = JSON.stringify(
    model.requests
      .filter(({ sessionId }) => sessionId === world.sessionOf(number))
      .map(({ body }) => body?.messages),
  );
  expect(said).toContain('The 9:40 always.');
  expect(said).toContain('+the 9:45');
  expect(github.violations).toEqual([]);
});

it('hands over the issues that somebody has linked to the pull request by hand', async () => {
  const { github, model } = world;
  const issue = { repo: REPO, author: 'passer-by', title: 'Buses are late', body: 'The 10:05 always.' };
  const { number: linked } = await github.openIssue(issue);
  await github.pushCommit({
    repo: REPO,
    author: 'mona',
    branch: 'by-hand',
    from: 'main',
    files: { 'buses.txt': 'the 10:10\n' },
  });
  const { number } = await github.openPullRequest({
    repo: REPO,
    author: 'mona',
    head: 'by-hand',
    title: 'Buses',
  });
  const sessionId = world.sessionOf(number);
  await world.ended(sessionId);
  github.linkIssue({ repo: REPO, author: 'mona', number, issue: linked });
  await github.commentOnIssue({
    repo: REPO,
    number,
    author: 'mona',
    body: '@signalbox [[say:looked again]]',
  });
  await world.ended(sessionId, 2);
  const said = JSON.stringify(
    model.requests.filter((request) => request.sessionId === sessionId).map(({ body }) => body?.messages),
  );
  expect(said).toContain('The 10:05 always.');
  expect(github.violations).toEqual([]);
});
