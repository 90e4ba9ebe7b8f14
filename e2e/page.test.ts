import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signInTokenAnswerSchema } from '../protocol/http.ts';
import { launchBrowser } from './harness/browser.ts';
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
    // A cut socket is announced by the browser itself; everything else is a mistake of the page.
    if (message.type() === 'error' && !/WebSocket|ERR_CONNECTION/.test(message.text()))
      complaints.push(message.text());
  });
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const newToken = async () =>
  (await world.stack.api.post('/api/sign-in/tokens', {}, signInTokenAnswerSchema)).token;

async function screenshot(name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

it('signs in with a one-time link that works once and leaves no token in the address', async () => {
  const token = await newToken();
  await page.goto(`${world.stack.url}/#token=${token}`);
  await page.getByText('Nothing has been asked yet').waitFor();
  expect(page.url()).toBe(`${world.stack.url}/`);
  const stranger = await browser.newContext();
  const other = await stranger.newPage();
  await other.goto(`${world.stack.url}/#token=${token}`);
  await other.getByText('used before').waitFor();
  await stranger.close();
});

it('shows a session live, sends what is typed to Claude and follows it to its end', async () => {
  const { github, model, stack } = world;
  model.hold('loop-1');
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'Watch the loop',
    body: '@signalbox [[loop:3]]',
  });
  await page.goto(stack.url);
  await page.getByText('Watch the loop').click();
  await page.waitForURL(`**/sessions/${world.sessionOf(number)}`);
  await page.locator('.badge.running').first().waitFor();
  await page.getByText('Step 1 of 3.').waitFor();
  await page.getByLabel('Steer the running task').fill('from the page');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.said', { hasText: 'from the page' }).waitFor();
  model.release('loop-1');
  await page.locator('[data-state="completed"]').waitFor();
  await page.locator('.said', { hasText: 'You said:' }).filter({ hasText: 'from the page' }).waitFor();
});

it('mends itself when the Worker goes away and misses nothing', async () => {
  const { github, model, stack } = world;
  model.hold('loop-2');
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'Survive a restart',
    body: '@signalbox [[loop:3]]',
  });
  const sessionId = world.sessionOf(number);
  await model.reached('loop-2');
  await page.goto(`${stack.url}/sessions/${sessionId}`);
  await page.getByText('Step 2 of 3.').waitFor();
  stack.worker.current().kill('SIGKILL');
  await page.getByText('Reconnecting').waitFor();
  await stack.worker.restart();
  model.release('loop-2');
  await page.locator('[data-state="completed"]').waitFor();
  await page.getByText('Reconnecting').waitFor({ state: 'detached' });
  const shown = await page.locator('.timeline > li').evaluateAll((rows) => rows.map((row) => row.id));
  expect(shown).toEqual([...new Set(shown)]);
  expect(await page.locator('.tool').count()).toBe(3);
});

it('cancels a running task', async () => {
  const { github, model, stack } = world;
  model.hold('loop-0');
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'Cancel me',
    body: '@signalbox [[loop:3]]',
  });
  const sessionId = world.sessionOf(number);
  await model.reached('loop-0');
  await page.goto(`${stack.url}/sessions/${sessionId}`);
  await page.getByRole('button', { name: 'Cancel task 1' }).click();
  await page.locator('[data-state="cancelled"]').waitFor();
  model.release('loop-0');
  expect((await world.ended(sessionId)).state).toBe('cancelled');
});

it('looks right and has complained about nothing', async () => {
  const { github, stack } = world;
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'The greeting says undefined',
    body: '@signalbox [[fix-bug:src/greet.js]]',
  });
  const sessionId = world.sessionOf(number);
  await world.ended(sessionId);
  await page.goto(`${stack.url}/sessions/${sessionId}`);
  await page.getByRole('link', { name: /Pull request #/ }).waitFor();
  await screenshot('session');
  await page.goto(stack.url);
  await until('every session are listed', async () => (await page.locator('.sessions li').count()) === 4);
  await screenshot('sessions');
  expect(complaints).toEqual([]);
});
