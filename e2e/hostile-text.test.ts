import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturesOf } from '../protocol/fixtures/read-fixtures.ts';
import { sessionAnswerSchema, signInTokenAnswerSchema, submitAnswerSchema } from '../protocol/http.ts';
import { launchBrowser } from './harness/browser.ts';
import { type HostileRunner, startHostileRunner } from './harness/hostile-runner.ts';
import { CLEAN, inspectPage, lookAtEverything, WATCH_VIOLATIONS } from './harness/inspect-page.ts';
import { poisonEvent } from './harness/poison-event.ts';
import { OWNED, SCRIPT_PAYLOADS } from './harness/script-payloads.ts';
import { createTestWorld, type TestWorld } from './harness/test-world.ts';

const LABEL = 'hostile';
const RUNNER_NAME = `<img src=x onerror="window.${OWNED}=1">`;
const TITLE = `</title><script>window.${OWNED}=1</script>`;

let world: TestWorld;
let browser: Browser;
let page: Page;
let runner: HostileRunner;
let sessionId: string;
const dialogs: string[] = [];
const foreign: string[] = [];

beforeAll(async () => {
  world = await createTestWorld();
  const { api, url } = world.stack;
  runner = await startHostileRunner(world.stack, RUNNER_NAME, LABEL);
  const created = await api.post(
    '/api/sessions',
    {
      workspace: { type: 'local', path: `/srv/${TITLE}` },
      title: TITLE,
      prompt: SCRIPT_PAYLOADS.join('\n'),
      options: { labels: [LABEL] },
    },
    sessionAnswerSchema,
  );
  sessionId = created.session.id;
  const events = SCRIPT_PAYLOADS.flatMap((payload) =>
    fixturesOf('runner-event')
      .filter(([type]) => type !== 'job.finished')
      .map(([, event]) => poisonEvent(event, payload)),
  );
  await runner.say(sessionId, events);
  await api.post(
    `/api/sessions/${sessionId}/messages`,
    { text: SCRIPT_PAYLOADS.join(' ') },
    submitAnswerSchema,
  );
  browser = await launchBrowser();
  page = await browser.newPage();
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith(url.replace('http', 'ws')))
      foreign.push(request.url());
  });
  await page.addInitScript(WATCH_VIOLATIONS);
  const { token } = await api.post('/api/sign-in/tokens', {}, signInTokenAnswerSchema);
  await page.goto(`${url}/#token=${token}`);
  await page.locator('.sessions .title').first().waitFor();
});
afterAll(async () => {
  runner?.close();
  await browser?.close();
  await world?.close();
});

describe('the page', () => {
  it('comes with a policy that runs no script but its own, and opens no connection but to us', async () => {
    const headers = (await page.request.get(world.stack.url)).headers();
    const policy = headers['content-security-policy'] ?? '';
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
    ]) {
      expect(policy).toContain(rule);
    }
    expect(policy).not.toMatch(/unsafe|\*|data:|ws:|wss:/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  it('shows hostile titles in its lists as text', async () => {
    await page.getByText(TITLE, { exact: true }).waitFor();
    expect(await inspectPage(page)).toEqual(CLEAN);
  });

  it('shows everything that a hostile runner says of a session as text', async () => {
    await page.goto(`${world.stack.url}/sessions/${sessionId}`);
    await page.getByRole('heading', { name: TITLE }).waitFor();
    await page
      .locator('.said', { hasText: SCRIPT_PAYLOADS[0] ?? '' })
      .first()
      .waitFor();
    await lookAtEverything(page);
    expect(await inspectPage(page)).toEqual(CLEAN);
  });

  it('asked nobody else for anything and showed no dialog', () => {
    expect(dialogs).toEqual([]);
    expect(foreign).toEqual([]);
  });
});

it('would have noticed a script that ran', async () => {
  const bare = await browser.newPage();
  bare.on('dialog', (dialog) => void dialog.dismiss());
  await bare.setContent(SCRIPT_PAYLOADS[2] ?? '');
  await bare.waitForFunction(`window.${OWNED} === 1`);
  await bare.close();
});
