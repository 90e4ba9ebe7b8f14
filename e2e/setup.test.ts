import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GitHubDouble, startGitHubDouble } from '../doubles/github/start-github-double.ts';
import { type ModelEndpoint, startModelEndpoint } from '../doubles/model/model-endpoint.ts';
import { DEFAULT_SCRIPTS } from '../doubles/model/scripts.ts';
import { type RunningProcess, startProcess } from '../local/process/start-process.ts';
import { baseEnvironment } from '../local/stack/parts.ts';
import { type Stack, startStack } from '../local/stack/start-stack.ts';
import { launchBrowser } from './harness/browser.ts';
import { findViolations, isTooWide } from './harness/find-violations.ts';

const BIN = join(import.meta.dirname, '../runner/bin.js');
const OWNER = 'station-works';
const REPO = 'hello-station';

let github: GitHubDouble;
let model: ModelEndpoint;
let stack: Stack;
let browser: Browser;
let dataDir: string;
const started: RunningProcess<true>[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'signalbox-setup-'));
  github = await startGitHubDouble({
    owner: { login: OWNER, type: 'Organization' },
    repositories: [{ name: REPO, files: { 'README.md': '# hello\n' } }],
    users: [{ login: 'mona', permission: 'write' }],
  });
  model = await startModelEndpoint({ scripts: DEFAULT_SCRIPTS });
  process.env.GITHUB_API_URL = github.url;
  process.env.GITHUB_WEB_URL = github.url;
  stack = await startStack({
    dataDir,
    account: 'local',
    botName: 'not-made-yet',
    github: null,
    runner: { capacity: 1, folders: [], claudeEnvironment: claude() },
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  for (const runner of started) await runner.stop(20_000);
  await stack?.stop();
  await github?.close();
  await model?.close();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
});

const claude = () => ({
  HOME: dataDir,
  ANTHROPIC_BASE_URL: model.url,
  ANTHROPIC_API_KEY: 'demonstration',
});

function run(args: string[], marker: string, env: Record<string, string>): Promise<RunningProcess<true>> {
  const root = join(dataDir, 'first');
  return startProcess({
    name: `signalbox-runner ${args[0]}`,
    command: process.execPath,
    args: [BIN, ...args],
    env: { ...baseEnvironment(), SIGNALBOX_DATA_DIR: join(root, 'data'), ...env },
    ready: (line) => (line.includes(marker) ? true : undefined),
    readyStream: args[0] === 'start' ? 'stderr' : 'stdout',
    deadlineMs: 60_000,
    logFile: join(dataDir, 'logs', 'first.log'),
  });
}

const DESKTOP = { width: 1_280, height: 800 };
/** The narrowest that WCAG asks for (1.4.10). */
const NARROW = { width: 320, height: 640 };

/** Looks at a step in light and dark, on a desktop and on the narrowest phone. */
async function looksRight(page: Page, step: string, complaints: string[]): Promise<void> {
  expect(complaints, `before ${step}`).toEqual([]);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const viewport of [NARROW, DESKTOP]) {
      await page.setViewportSize(viewport);
      expect(await findViolations(page), `${step}, ${viewport.width}, ${colorScheme}`).toEqual([]);
      expect(await isTooWide(page), `${step}: wider than the window`).toBe(false);
    }
  }
  // axe tries what the page's policy forbids.
  complaints.length = 0;
}

it('goes from nothing to the first work on GitHub, with a browser, one command and one mention', async () => {
  const page = await (await browser.newContext()).newPage();
  const violations: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) violations.push(message.text());
  });
  await page.goto(`${stack.url}/setup`);
  await looksRight(page, 'sign-in', violations);
  await page.getByLabel('Admin key').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('The admin key is wrong.').waitFor();
  await looksRight(page, 'a wrong key', violations);
  await page.getByLabel('Admin key').fill(stack.secrets.adminKey);
  await page.getByRole('button', { name: 'Sign in' }).click();

  await page.getByRole('heading', { name: 'Create the GitHub App' }).waitFor();
  await page.getByRole('note').getByText("GitHub can't reach").waitFor();
  await looksRight(page, 'the App', violations);
  await page.getByLabel('Organization').fill(OWNER);
  await page.getByLabel('Name of the App').fill('Signalbox');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Create it on GitHub' }).waitFor();
  await looksRight(page, 'its manifest', violations);
  await page.getByRole('button', { name: 'Create it on GitHub' }).click();
  await page.getByRole('heading', { name: `Create GitHub App for ${OWNER}` }).waitFor();
  await page.getByRole('button', { name: 'Create Signalbox' }).click();

  await page.getByRole('link', { name: 'Install it on GitHub' }).waitFor();
  await looksRight(page, 'its installation', violations);
  await page.getByRole('link', { name: 'Install it on GitHub' }).click();
  await page.getByRole('button', { name: 'Install' }).click();
  await page.getByText(`Webhooks arrive from ${OWNER}`).waitFor();
  await page.getByRole('button', { name: 'Show the command for the first runner' }).click();
  const command = (await page.getByText('SIGNALBOX_REGISTRATION_TOKEN=').textContent()) ?? '';
  await looksRight(page, 'the first runner', violations);
  const [, token = ''] = /SIGNALBOX_REGISTRATION_TOKEN=(\S+)/.exec(command) ?? [];
  const args = ['register', '--url', stack.url, '--name', 'first-box'];
  const registered = await run(args, 'Registered as', { SIGNALBOX_REGISTRATION_TOKEN: token });
  expect(await registered.exited).toMatchObject({ code: 0 });
  started.push(await run(['start'], 'runner.connected', claude()));
  // The page ticks by itself, and the command stays where it is.
  await page.getByText('connected: first-box').waitFor();
  expect(await page.getByText('SIGNALBOX_REGISTRATION_TOKEN=').isVisible()).toBe(true);

  await page.getByText('@signalbox say in one sentence').waitFor();
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'A test mention',
    body: '@signalbox [[say:It is a station.]]',
  });
  await page.getByText(`the first session of ${OWNER}`).waitFor();
  const comments = () => github.issue(REPO, number).comments;
  await github.until('the App answers', () =>
    comments().some(({ author, body }) => author === 'signalbox[bot]' && body.includes('It is a station.')),
  );
  await page.goto(`${stack.url}/setup`);
  await page.getByText('All is set up.').waitFor();
  await looksRight(page, 'the end', violations);
  expect(violations).toEqual([]);
  expect(github.violations).toEqual([]);
});
