import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sessionAnswerSchema, signInTokenAnswerSchema } from '../../protocol/http.ts';
import { repositoriesAnswerSchema } from '../../protocol/repositories.ts';
import { launchBrowser } from '../harness/browser.ts';
import { findViolations, isTooWide } from '../harness/find-violations.ts';
import { createTestWorld, REPO, type TestWorld } from '../harness/test-world.ts';
import { until } from '../harness/until.ts';

const DESKTOP = { width: 1_280, height: 800 };
const PHONE = { width: 390, height: 844 };
/** The narrowest that WCAG asks for (1.4.10). */
const NARROW = { width: 320, height: 640 };
const NAME = `station-works/${REPO}`;

let world: TestWorld;
let account: string;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  world = await createTestWorld();
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: DESKTOP });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  const { token } = await world.stack.api.post('/api/sign-in/tokens', {}, signInTokenAnswerSchema);
  await page.goto(`${world.stack.url}/#token=${token}`);
  await page.getByText('Nothing has been asked yet').waitFor();
  account = await accountOfRepository();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

async function screenshot(name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** Looks at what is shown in each size and in light and dark. */
async function lookAround(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [size, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE, narrow: NARROW })) {
      await page.setViewportSize(viewport);
      expect(await findViolations(page), `${name}, ${size}, ${colorScheme}`).toEqual([]);
      expect(await isTooWide(page), `${name}, ${size}: wider than the window`).toBe(false);
      await screenshot(`${name}-${size}-${colorScheme}`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(DESKTOP);
}

/** GitHub tells of repositories with what happens there; the record then knows them. */
async function accountOfRepository(): Promise<string> {
  await world.github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'Say hello',
    body: '@signalbox [[say:hello]]',
  });
  const [first] = await until('the record knows the repository', async () => {
    const { items } = await world.stack.api.get('/api/repositories', repositoriesAnswerSchema);
    return items.length > 0 && items;
  });
  if (first === undefined) throw new Error('There is no repository.');
  return first.account;
}

it('starts a task from the page, and ends on its session', async () => {
  world.model.hold('loop-1');
  await page.getByRole('link', { name: 'New task' }).first().click();
  await page.getByRole('heading', { name: 'New task' }).waitFor();
  await page.getByRole('button', { name: 'Start the task' }).click();
  await page.getByText('must be filled in').waitFor();
  expect(await page.evaluate('document.activeElement.id')).toBe('repository');
  await page.getByLabel('Repository').fill(NAME);
  await page.getByLabel('What is to be done').fill('Mend the clock. [[loop:3]]');
  await page.getByText('Options').click();
  await page.getByLabel('Budget in US dollars').fill('5');
  await lookAround('new-task');
  await page.getByRole('button', { name: 'Start the task' }).click();
  await page.waitForURL('**/sessions/*');
  await page.getByText('Step 1 of 3.').first().waitFor();
});

it('shows a task that runs with its state, its runner and its cost, and then how it ended', async () => {
  await world.model.reached('loop-1');
  await page.keyboard.press('g');
  await page.keyboard.press('n');
  const running = page.getByRole('region', { name: 'Running' });
  await running.getByRole('link', { name: /running.*Mend the clock/ }).waitFor();
  const machines = page.getByRole('complementary', { name: 'Machines and parts' });
  await machines.getByText('online').waitFor();
  await machines.getByText('Record (libSQL)').waitFor();
  await lookAround('now');
  world.model.release('loop-1');
  const ended = page.getByRole('region', { name: 'Just ended' });
  await ended.getByRole('link', { name: /completed.*Mend the clock/ }).waitFor();
});

it('puts what waits for a person first', async () => {
  const asked = {
    account,
    repository: NAME,
    title: 'Ask me first',
    prompt: '[[write:first.txt|one]]',
    options: { approval: 'before_push' },
  };
  const { session } = await world.stack.api.post('/api/sessions', asked, sessionAnswerSchema);
  await world.inState(session.id, 'waiting_approval');
  const waiting = page.getByRole('region', { name: 'Waiting for a person' });
  await waiting.getByRole('link', { name: /Approve or reject.*Ask me first/ }).waitFor();
  expect(await page.title()).toBe('(1) Now · Signalbox');
  await page.keyboard.press('j');
  expect(await page.evaluate('document.activeElement.textContent')).toContain('Ask me first');
  await lookAround('now-waiting');
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/sessions/${session.id}`);
});

it('tells its keys in a dialog, where dark is chosen and stays', async () => {
  await page.goto(world.stack.url);
  await page.getByRole('heading', { name: 'Now', exact: true }).waitFor();
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await dialog.waitFor();
  await lookAround('help');
  await dialog.getByLabel('Colours').selectOption('dark');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.reload();
  await page.getByRole('heading', { name: 'Now', exact: true }).waitFor();
  expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
  expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(17, 19, 23)');
});

it('leads past the navigation, and says where it is', async () => {
  await page.goto(`${world.stack.url}/history`);
  await page.getByRole('heading', { name: 'History' }).waitFor();
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).hash).toBe('#main');
  expect(await page.getByRole('link', { name: 'History' }).getAttribute('aria-current')).toBe('page');
});

it('moves nothing while it is read', async () => {
  await page.addInitScript(
    `window.shift = 0;
     new PerformanceObserver((list) => {
       for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
     }).observe({ type: 'layout-shift', buffered: true });`,
  );
  await page.goto(world.stack.url);
  await page.getByRole('region', { name: 'Just ended' }).waitFor();
  await page.getByText('Record (libSQL)').waitFor();
  // Below 0.1 a page counts as steady (web.dev/cls).
  expect(await page.evaluate<number>('window.shift')).toBeLessThan(0.1);
});

it('says that the connection is lost, and mends itself', async () => {
  await page.context().setOffline(true);
  await page.getByText("The control plane can't be reached").waitFor();
  expect(await findViolations(page)).toEqual([]);
  await screenshot('connection-lost');
  await page.context().setOffline(false);
  await page.getByText("The control plane can't be reached").waitFor({ state: 'detached' });
});

it('is signed out without a trace of what was seen, and looks right there', async () => {
  const stranger = await browser.newContext({ viewport: PHONE });
  const other = await stranger.newPage();
  await other.goto(world.stack.url);
  await other.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await findViolations(other)).toEqual([]);
  expect(await isTooWide(other)).toBe(false);
  expect(await other.getByText('Mend the clock').count()).toBe(0);
  await stranger.close();
});

it('has complained about nothing but the line that was cut', () => {
  // The second one is axe, which tries what the page's policy forbids.
  const expected = /ERR_INTERNET_DISCONNECTED|'TrustedScript' assignment/;
  expect(complaints.filter((text) => !expected.test(text))).toEqual([]);
});
