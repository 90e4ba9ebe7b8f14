import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningProcess, startProcess } from '../../local/process/start-process.ts';
import { baseEnvironment } from '../../local/stack/parts.ts';
import { signInTokenAnswerSchema } from '../../protocol/http.ts';
import { launchBrowser } from '../harness/browser.ts';
import { findViolations, isTooWide } from '../harness/find-violations.ts';
import { createTestWorld, REPO, type TestWorld } from '../harness/test-world.ts';
import { until } from '../harness/until.ts';

const SIZES = [
  { name: 'desktop', viewport: { width: 1_280, height: 860 } },
  { name: 'phone', viewport: { width: 320, height: 640 } },
] as const;

/**
 * Some points of the first chart have a colour. Asked again and again from outside: what the page itself would have to
 * evaluate its Content Security Policy refuses.
 */
const IS_DRAWN = `(() => {
  const canvas = document.querySelector('.chart canvas');
  if (canvas === null || canvas.width === 0) return false;
  return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((part) => part !== 0);
})()`;

const BIN = join(import.meta.dirname, '../../runner/bin.js');
const STARTED_MS = 60_000;

let world: TestWorld;
let browser: Browser;
let page: Page;
let account: string;
const started: RunningProcess<true>[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  world = await createTestWorld();
  account = encodeURIComponent(`github:${world.github.ownerId}`);
  browser = await launchBrowser();
  page = await browser.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  const { token } = await world.stack.api.post('/api/sign-in/tokens', {}, signInTokenAnswerSchema);
  await page.goto(`${world.stack.url}/#token=${token}`);
  await page.getByRole('link', { name: 'Settings' }).waitFor();
  const { number } = await world.github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'Greet by name',
    body: '@signalbox [[bash:echo hello]]',
  });
  await world.ended(world.sessionOf(number));
});
afterAll(async () => {
  for (const runner of started) await runner.stop(20_000);
  await browser?.close();
  await world?.close();
});

const open = (path: string) => page.goto(world.stack.url + path);

/** Nothing that axe finds, and nothing beside the window; in the light and in the dark. */
async function lookAround(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await findViolations(page), `${name}, ${colorScheme}`).toEqual([]);
    expect(await isTooWide(page), `${name}: wider than the window`).toBe(false);
    const folder = process.env.SCREENSHOTS;
    if (folder === undefined) continue;
    await mkdir(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

describe.each(SIZES)('on a $name', ({ name, viewport }) => {
  beforeAll(() => page.setViewportSize(viewport));

  it('finds sessions by an address, and undoes a filter by the back button', async () => {
    await open('/history?q=greet&source=github');
    await page.getByRole('link', { name: /Greet by name/ }).waitFor();
    await lookAround(`history-${name}`);
    await page.getByLabel('Status').selectOption('closed');
    await page.getByText('No session fits all of these filters.').waitFor();
    expect(new URL(page.url()).search).toBe('?q=greet&source=github&status=closed');
    await page.goBack();
    await page.getByRole('link', { name: /Greet by name/ }).waitFor();
    await page.getByText('Export', { exact: true }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export tasks as CSV' }).click();
    expect((await download).suggestedFilename()).toContain('tasks');
  });

  it('draws how tasks went, with the numbers as a table', async () => {
    await open(`/insights?days=7&by=requester&account=${account}`);
    const groups = page.getByRole('table', { name: 'By person' });
    await groups.getByRole('link', { name: 'mona' }).waitFor();
    await until('the chart is drawn', () => page.evaluate<boolean>(IS_DRAWN));
    await lookAround(`insights-${name}`);
    await page.locator('.chart', { hasText: 'Tasks by outcome' }).getByText('Numbers').click();
    const rows = page.getByRole('table', { name: 'Tasks by outcome, a day' }).getByRole('row');
    expect(await rows.count()).toBe(8);
    await groups.getByRole('link', { name: 'mona' }).click();
    await page.waitForURL(/requester=mona/);
    await groups.getByRole('row', { name: /^mona 1 100 %/ }).waitFor();
  });

  it('makes a key, shows it once and revokes it', async () => {
    await open(`/settings/keys?account=${account}`);
    await page.getByText('There is no key yet').or(page.getByText('revoked')).first().waitFor();
    await page.getByRole('button', { name: 'New key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('not a name');
    await dialog.getByRole('button', { name: 'Make it' }).click();
    await dialog.getByText('must be 1 to 80 letters').waitFor();
    await lookAround(`key-form-${name}`);
    await dialog.getByLabel('Name').fill(`nightly-${name}`);
    await dialog.getByRole('button', { name: 'Make it' }).click();
    const secret = await dialog.locator('pre', { hasText: /^sbk_/ }).textContent();
    await lookAround(`key-shown-${name}`);
    const { url } = world.stack;
    const me = () => fetch(`${url}/api/me`, { headers: { authorization: `Bearer ${secret}` } });
    expect((await me()).status).toBe(200);
    await dialog.getByRole('button', { name: 'Done' }).click();
    const item = page.getByRole('listitem').filter({ hasText: `nightly-${name}` });
    await item.getByRole('button', { name: 'Revoke…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke it' }).click();
    await item.getByText('revoked', { exact: true }).waitFor();
    await expect.poll(async () => (await me()).status, { timeout: 20_000, interval: 500 }).toBe(401);
    await lookAround(`keys-${name}`);
  });

  it.each([
    'runners',
    'members',
    'schedules',
    'prompts',
    'projects',
    'budgets',
    'shares',
    'webhooks',
    'deliveries',
    'audit',
    'account',
  ])('shows the section %s', async (section) => {
    await open(`/settings/${section}?account=${account}`);
    await page.locator('.settings-body h1').waitFor();
    await expect.poll(() => page.getByText('Loading…').count(), { timeout: 30_000 }).toBe(0);
    expect(await page.getByRole('alert').count()).toBe(0);
    await lookAround(`settings-${section}-${name}`);
  });
});

it('shows the command for a runner, and the runner once that command has run', async () => {
  await page.setViewportSize(SIZES[0].viewport);
  await open(`/settings/runners?account=${account}`);
  await page.getByRole('button', { name: 'Add a runner' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Labels').fill('attic');
  await dialog.getByRole('button', { name: 'Show the command' }).click();
  await dialog.getByText('Waiting for the runner…').waitFor();
  await lookAround('runner-command');
  const command = (await dialog.locator('pre').textContent()) ?? '';
  const [, token = ''] =
    /SIGNALBOX_REGISTRATION_TOKEN=(\S+) npx signalbox-runner register --url/.exec(command) ?? [];
  expect(command).toContain(`--url ${world.stack.url} && npx signalbox-runner start`);
  await run(['register', '--url', world.stack.url, '--name', 'attic'], 'Registered as "attic"', {
    SIGNALBOX_REGISTRATION_TOKEN: token,
  });
  await dialog
    .getByText('It is registered, and is to start.')
    .or(dialog.getByText('attic is registered'))
    .waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page
    .getByRole('listitem')
    .filter({ hasText: 'attic' })
    .getByRole('button', { name: 'Remove…' })
    .waitFor();
});

it('drains a runner, which has no new work until that is taken back', async () => {
  await page.setViewportSize(SIZES[0].viewport);
  await open(`/settings/runners?account=${account}`);
  const runner = page.getByRole('listitem').filter({ hasText: 'online' });
  await runner.getByRole('button', { name: 'Drain' }).click();
  const drained = page.getByRole('listitem').filter({ hasText: 'drained: it may be stopped' });
  await drained.getByText('draining', { exact: true }).waitFor();
  await lookAround('runner-drained');
  const { number } = await world.github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'Wait for it',
    body: '@signalbox [[bash:echo later]]',
  });
  await page.goto(`${world.stack.url}/sessions/${world.sessionOf(number)}`);
  await page.getByText('Every runner that is online drains').first().waitFor();
  await open(`/settings/runners?account=${account}`);
  await drained.getByRole('button', { name: 'Take jobs again' }).click();
  await page.getByText('takes jobs again.').waitFor();
  expect(await world.ended(world.sessionOf(number))).toMatchObject({ state: 'completed' });
});

it('checks the whole chain of the audit log', async () => {
  await open(`/settings/audit?account=${account}&action=key.created`);
  await page.getByText('nightly-desktop').first().waitFor();
  await page.getByRole('button', { name: 'Verify the chain' }).click();
  await page.getByText(/^Intact: \d+ lines/).waitFor();
});

it('has complained about nothing but the key that was refused', () => {
  expect(complaints.filter((line) => !line.includes('422'))).toEqual([]);
});

/** A command of the runner, as on another machine. */
async function run(args: string[], marker: string, env: Record<string, string>): Promise<void> {
  const root = join(world.dataDir, 'attic');
  const command = await startProcess<true>({
    name: `signalbox-runner ${args[0]}`,
    command: process.execPath,
    args: [BIN, ...args],
    env: { ...baseEnvironment(), SIGNALBOX_DATA_DIR: join(root, 'data'), HOME: root, ...env },
    ready: (line) => (line.includes(marker) ? true : undefined),
    readyStream: 'stdout',
    deadlineMs: STARTED_MS,
    logFile: join(world.dataDir, 'logs', 'attic.log'),
  });
  started.push(command);
}
