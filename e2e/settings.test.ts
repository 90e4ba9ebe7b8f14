import { afterAll, beforeAll, expect, it } from 'vitest';
import { budgetsViewSchema } from '../protocol/budgets.ts';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(() => world?.close());

const FILE = '.github/signalbox.yml';

async function configure(text: string): Promise<void> {
  const files = { [FILE]: text };
  await world.github.pushCommit({ repo: REPO, author: 'mona', branch: 'main', files });
}

async function changeSettings(account: string, patch: object): Promise<void> {
  const { url, headers } = world.stack.api;
  const response = await fetch(`${url}/api/settings?account=${account}`, {
    method: 'PATCH',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(patch),
  });
  expect(response.status).toBe(200);
}

const ask = (author: string) =>
  world.github.openIssue({
    repo: REPO,
    author,
    title: 'A note is missing',
    body: '@signalbox please [[write:src/note.md|a note]]',
  });

it("shows who pushes a repository's settings their mistakes, refuses work with them, and takes them when they are right", async () => {
  const { github } = world;
  await configure('limits:\n  minutes: ten\n');
  const check = await until('the settings are checked', () =>
    github.checkRuns(REPO).find(({ name }) => name === 'Signalbox settings'),
  );
  expect(check).toMatchObject({ conclusion: 'failure', annotations: [{ path: FILE, start_line: 2 }] });
  const { number: refused } = await ask('mona');
  const reply = await until('the mistake is named', () => world.botComments(refused)[0]);
  expect(reply.body).toContain('[line 2](');

  await configure('limits: { minutes: 7 }\nauthors: [passer-by]\n');
  const { number } = await ask('passer-by');
  const task = await world.ended(world.sessionOf(number));
  expect(task).toMatchObject({
    state: 'completed',
    requester: { login: 'passer-by' },
    options: { maxMinutes: 7 },
  });
});

it('refuses a task with a comment when a budget is spent, and works again with a larger one', async () => {
  const { number } = await ask('mona');
  const id = world.sessionOf(number);
  const { usage } = await world.ended(id);
  const { account } = (await world.session(id)).session;
  const budgets = () => world.stack.api.get(`/api/budgets?account=${account}`, budgetsViewSchema);
  const { spentUsd } = await until('the cost is known', async () => {
    const view = await budgets();
    return view.people.some(({ login, spentUsd: usd }) => login === 'mona' && usd >= usage.costUsd)
      ? view
      : null;
  });
  expect(spentUsd).toBeGreaterThan(0);
  await changeSettings(account, { budgets: { people: { mona: 0 } } });
  const { number: refused } = await ask('mona');
  expect(await world.ended(world.sessionOf(refused))).toMatchObject({
    state: 'failed',
    failure: { kind: 'budget' },
  });
  const comment = await until('the comment says so', () =>
    world.botComments(refused).find(({ body }) => body.includes("Today's budget of")),
  );
  expect(comment.body).toContain('US$ 0.00');
  await changeSettings(account, { budgets: { people: { mona: null } } });
  await world.github.commentOnIssue({
    repo: REPO,
    number: refused,
    author: 'mona',
    body: '@signalbox retry',
  });
  expect(await world.ended(world.sessionOf(refused), 2)).toMatchObject({ state: 'completed' });
});
