import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { meAnswerSchema } from '../protocol/people.ts';
import { launchBrowser } from './harness/browser.ts';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';

let world: TestWorld;
let browser: Browser;

beforeAll(async () => {
  world = await createTestWorld({
    github: {
      owner: { login: 'station-works', type: 'Organization' },
      repositories: [{ name: REPO }, { name: 'vault' }],
      users: [
        { login: 'mona', permissions: { [REPO]: 'write' }, organizationRole: 'member' },
        { login: 'vera', permissions: { vault: 'read' } },
        { login: 'nobody' },
      ],
    },
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** A browser of one's own, signed in on GitHub's page as somebody. */
async function signedIn(login: string, path = '/'): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${world.stack.url}${path}`);
  await page.getByRole('link', { name: 'Sign in with GitHub' }).click();
  await page.getByRole('link', { name: `Continue as ${login}` }).click();
  return page;
}

it('shows everybody the sessions of the repositories that he may read on GitHub, and no others', async () => {
  const { github } = world;
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'Mend the station clock',
    body: '@signalbox [[loop:1]]',
  });
  const sessionId = world.sessionOf(number);
  await world.ended(sessionId);
  const mona = await signedIn('mona', `/sessions/${sessionId}`);
  await mona.getByRole('heading', { name: 'Mend the station clock' }).waitFor();
  expect(new URL(mona.url()).pathname).toBe(`/sessions/${sessionId}`);
  await mona.goto(`${world.stack.url}/`);
  await mona.getByText('Mend the station clock').first().waitFor();
  const me = meAnswerSchema.parse(await mona.evaluate(async () => (await fetch('/api/me')).json()));
  expect(me).toMatchObject({
    login: 'mona',
    accounts: [{ role: null, repositories: [{ id: github.repositoryId(REPO), role: 'operator' }] }],
  });

  const vera = await signedIn('vera');
  await vera.getByText('Nothing has been asked yet').waitFor();
  const status = await vera.evaluate(async (id) => (await fetch(`/api/sessions/${id}`)).status, sessionId);
  expect(status).toBe(404);
  await Promise.all([mona.context().close(), vera.context().close()]);
});

it('tells somebody whom GitHub shows nothing why he is not let in', async () => {
  const page = await signedIn('nobody');
  await page.getByRole('alert').getByText('no repository').waitFor();
  expect(new URL(page.url()).hash).toBe('');
  await page.context().close();
});

it('keeps to what GitHub describes', () => {
  expect(world.github.violations).toEqual([]);
});
