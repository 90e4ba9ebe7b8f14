import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type CreateShareAnswer, createShareAnswerSchema } from '../protocol/shares.ts';
import { launchBrowser } from './harness/browser.ts';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';

let world: TestWorld;
let browser: Browser;

beforeAll(async () => {
  world = await createTestWorld();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const share = (scope: object): Promise<CreateShareAnswer> =>
  world.stack.api.post('/api/shares', { scope }, createShareAnswerSchema);

/** Somebody who is not signed in, and every address that his browser asks for. */
async function stranger(): Promise<{ page: Page; asked: string[] }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url(), request.headers().referer ?? ''));
  page.on('websocket', (socket) => asked.push(socket.url()));
  return { page, asked };
}

it('shows a stranger a session live, without its secret in any address, until it is taken away', async () => {
  const { github, model, stack } = world;
  model.hold('loop-2');
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'Watch from outside',
    body: '@signalbox [[loop:3]]',
  });
  const sessionId = world.sessionOf(number);
  await world.inState(sessionId, 'running');
  const made = await share({ kind: 'session', sessionId });
  const { page, asked } = await stranger();
  await page.goto(made.url);
  await page.getByText('Step 1 of 3.').waitFor();
  expect(page.url()).toBe(`${stack.url}/shared/${made.share.id}`);
  expect(asked.filter((address) => address.includes(made.token))).toEqual([]);
  // It can be searched and copied from, and nothing can be done to it.
  expect(await page.locator('textarea, form').count()).toBe(0);
  expect(
    await page.locator('button:not(.reading-bar button, .row-actions button, .help-button)').count(),
  ).toBe(0);
  // The cookie of the link lasts over a reload.
  await page.reload();
  await page.getByText('Watch from outside').waitFor();
  model.release('loop-2');
  await page.getByText('Step 3 of 3.').waitFor();

  const revoked = await fetch(
    `${stack.url}/api/shares/${made.share.id}?account=${encodeURIComponent(made.share.account)}`,
    { method: 'DELETE', headers: stack.api.headers },
  );
  expect(revoked.status).toBe(204);
  await page.getByText('This link has expired or was taken away').waitFor();
  await page.goto(made.url);
  await page.getByText('This link has expired or was taken away').waitFor();
  await page.context().close();
});

it("shows an account's sessions and leads into them, and nothing of the page for those who are signed in", async () => {
  const { stack } = world;
  const { session } = await stack.api.post(
    '/api/sessions',
    { workspace: { type: 'local', path: '/srv/nowhere' }, title: 'In the list' },
    z.looseObject({ session: z.looseObject({ account: z.string() }) }),
  );
  const made = await stack.api.post(
    '/api/shares',
    { scope: { kind: 'account' }, account: session.account },
    createShareAnswerSchema,
  );
  const { page } = await stranger();
  await page.goto(made.url);
  await page.getByText('In the list').click();
  await page.waitForURL(/\/shared\/[^/]+\/sessions\/[^/]+$/);
  await page.getByRole('heading', { name: 'In the list' }).waitFor();
  await page.goto(stack.url);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.context().close();
});
