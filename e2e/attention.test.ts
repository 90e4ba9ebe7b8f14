import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { attentionListSchema } from '../protocol/attention.ts';
import { signInTokenAnswerSchema } from '../protocol/http.ts';
import { launchBrowser } from './harness/browser.ts';
import { typesOf } from './harness/check-log.ts';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

let world: TestWorld;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  world = await createTestWorld();
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1_100, height: 760 } });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/WebSocket|ERR_CONNECTION/.test(message.text()))
      complaints.push(message.text());
  });
  const { token } = await world.stack.api.post('/api/sign-in/tokens', {}, signInTokenAnswerSchema);
  await page.goto(`${world.stack.url}/#token=${token}`);
  await page.getByText('Nothing has been asked yet').waitFor();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const stuck = async () => (await world.stack.api.get('/api/attention', attentionListSchema)).items;

/** GitHub takes no comments any more; the task goes on and ends all the same. */
async function taskWithRefusedComment(title: string): Promise<{ number: number; sessionId: string }> {
  const { github } = world;
  github.failNext({
    match: { method: 'POST', path: /\/issues\/\d+\/comments/ },
    kind: 'forbidden',
    times: 50,
  });
  github.failNext({ match: { method: 'PATCH', path: /\/issues\/comments/ }, kind: 'forbidden', times: 50 });
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title,
    body: '@signalbox [[say:done]]',
  });
  const sessionId = world.sessionOf(number);
  await world.ended(sessionId);
  await until('the refused comment is on the list', async () =>
    (await stuck()).some((item) => item.sessionId === sessionId),
  );
  return { number, sessionId };
}

it('says so when nothing is stuck', async () => {
  await page.getByRole('link', { name: 'Needs attention' }).click();
  await page.getByRole('heading', { name: 'Nothing is stuck' }).waitFor();
});

it('shows a comment that GitHub refused, and writes it once when its button is pressed after GitHub is mended', async () => {
  const { github, stack } = world;
  const { number, sessionId } = await taskWithRefusedComment('Refused');
  const item = page.getByRole('listitem').filter({ hasText: 'tracking comment of task 1' });
  await item.waitFor();
  await page.getByRole('link', { name: 'Needs attention 1' }).waitFor();
  expect(await item.textContent()).toContain('Resource not accessible by integration');
  expect(world.botComments(number)).toEqual([]);

  // Still refused: the button says what it does, and the item comes back.
  await item.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('It is being tried again.').waitFor();
  await until('it is refused again', async () => (await stuck()).length === 1);

  github.clearFaults();
  await page.goto(`${stack.url}/sessions/${sessionId}`);
  const own = page.getByRole('region', { name: 'Needs attention' });
  await own.getByRole('button', { name: 'Try again' }).focus();
  await page.keyboard.press('Enter');
  await until('the comment is written', () => world.botComments(number).length === 1);
  await own.getByRole('listitem').waitFor({ state: 'detached' });
  expect(world.botComments(number)).toHaveLength(1);
  expect(world.botComments(number)[0]?.body).toContain('**Done');
  await until('nothing is stuck any more', async () => (await stuck()).length === 0);
  expect(typesOf(await world.events(sessionId))).toContain('write.attended');
  // The page draws the rows that are in sight, and what came last may be below them.
  await page.getByText('Check gates').hover();
  await page.mouse.wheel(0, 100_000);
  await page.getByText('had it tried again').first().waitFor();
});

it('gives one up with a reason, which the log keeps', async () => {
  const { github, stack } = world;
  const { number, sessionId } = await taskWithRefusedComment('Given up');
  await page.goto(`${stack.url}/attention`);
  await page.getByRole('button', { name: 'Give up…' }).click();
  await page.getByLabel('Why is it not needed any more?').fill('Nobody reads it.');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Nothing is stuck' }).waitFor();
  github.clearFaults();
  await until('the log keeps the reason', async () =>
    (await world.events(sessionId)).some(
      ({ event }) => event.type === 'write.attended' && event.reason === 'Nobody reads it.',
    ),
  );
  expect(world.botComments(number)).toEqual([]);
  expect(complaints).toEqual([]);
});
