import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fleetViewSchema, type RunnerView, runnerViewSchema } from '../../protocol/fleet-view.ts';
import { createKeyAnswerSchema, type KeyView, keysAnswerSchema } from '../../protocol/keys.ts';
import {
  registrationTokenAnswerSchema,
  registrationTokensAnswerSchema,
} from '../../protocol/registration.ts';
import { repositoriesAnswerSchema } from '../../protocol/repositories.ts';
import { ACCOUNT, readerWith, TestPage } from '../records/testing/show-page.tsx';
import { SettingsPage } from './settings-page.tsx';

const KEY: KeyView = {
  id: '2c8f7a3b-1c7e-4c0e-9d53-0b8f7a3b1c7e',
  account: ACCOUNT,
  name: 'nightly',
  role: 'operator',
  repositories: 'all',
  status: 'active',
  source: 'api',
  createdAt: 1_763_690_400_000,
  createdBy: 'mona',
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
  revokedBy: null,
};
const RUNNER: RunnerView = {
  id: '0a8f7a3b-1c7e-4c0e-9d53-0b8f7a3b1c7e',
  name: 'build-1',
  status: 'online',
  drainAsked: false,
  labels: ['linux'],
  capacity: 2,
  version: '0.1.0',
  claudeVersion: '2.0.0',
  jobs: [],
  metrics: null,
  lastSeenAt: 1_763_690_400_000,
};

let page: TestPage;
afterEach(() => page.close());

const open = (section: string | null) => page.show((app) => <SettingsPage app={app} section={section} />);
const links = () => [...page.host.querySelectorAll('nav a')].map(({ textContent }) => textContent);

describe('settings', () => {
  it.each([
    [
      'admin',
      ['Runners', 'API keys', 'Members', 'Schedules', 'Prompts', 'Projects', 'Budgets', 'Share links'],
    ],
    ['operator', ['Runners', 'Schedules', 'Prompts', 'Projects', 'Share links', 'Deliveries', 'Account']],
    ['viewer', ['Runners', 'Schedules', 'Prompts', 'Projects', 'Deliveries', 'Account']],
  ] as const)('show an %s what that role reaches', async (role, expected) => {
    page = new TestPage(readerWith(role));
    page.api.answer('GET /api/runners', fleetViewSchema, { runners: [], queue: [] });
    page.api.answer('GET /api/runners/registration-tokens', registrationTokensAnswerSchema, { items: [] });
    await open(null);
    expect(links().slice(0, expected.length)).toEqual(expected);
    await page.sees('No machine works yet');
    expect(page.host.textContent?.includes('Add a runner')).toBe(role === 'admin');
  });

  it('say why there are none for somebody who sees single repositories only', async () => {
    page = new TestPage(readerWith(null));
    await open('keys');
    await page.sees('you see single repositories');
    expect(page.api.sent.map(({ path }) => path)).toEqual(['/api/me']);
  });

  it('do not offer a section by its address to whom it is refused', async () => {
    page = new TestPage(readerWith('viewer'));
    await open('keys');
    await page.sees('your role does not reach it');
    expect(page.api.sent.map(({ path }) => path)).toEqual(['/api/me']);
  });
});

it('lets whoever runs the deployment choose among the accounts that have repositories', async () => {
  page = new TestPage({ login: 'admin', id: null, proof: 'browser', isDeploymentAdmin: true, accounts: [] });
  page.api.answer('GET /api/repositories', repositoriesAnswerSchema, {
    items: [{ id: 5, account: ACCOUNT, repository: 'octo/app', defaultBranch: 'main', private: true }],
    more: false,
  });
  page.api.answer('GET /api/keys', keysAnswerSchema, { items: [] });
  await open('keys');
  await page.sees('Account');
  await page.fill('Account', ACCOUNT);
  const asked = () => page.api.sent.filter(({ path }) => path === '/api/keys').map(({ query }) => query);
  await expect.poll(asked, { timeout: 5_000 }).toEqual([{}, { account: ACCOUNT }]);
  expect(window.location.search).toBe(`?account=${encodeURIComponent(ACCOUNT)}`);
});

describe('API keys', () => {
  function withKeys(items: KeyView[]): void {
    page = new TestPage(readerWith('admin'));
    page.api.answer('GET /api/keys', keysAnswerSchema, { items });
    page.api.answer('GET /api/repositories', repositoriesAnswerSchema, {
      items: [{ id: 5, account: ACCOUNT, repository: 'octo/app', defaultBranch: 'main', private: true }],
      more: false,
    });
  }

  it('are made, shown once and listed', async () => {
    withKeys([]);
    await open('keys');
    await page.sees('There is no key yet');
    page.api.answer('POST /api/keys', createKeyAnswerSchema, { key: 'sbk_secret', view: KEY });
    await page.press('New key');
    await page.fill('Name', 'nightly');
    await page.fill('Role', 'operator');
    page.api.answer('GET /api/keys', keysAnswerSchema, { items: [KEY] });
    await page.submit();
    await page.sees('sbk_secret');
    expect(page.api.writes()[0]).toMatchObject({
      path: '/api/keys',
      body: { account: ACCOUNT, name: 'nightly', role: 'operator', repositories: 'all', expiresInDays: 90 },
    });
    await page.press('Done');
    await page.sees('operator of the whole account');
    expect(page.host.textContent).not.toContain('sbk_secret');
    expect(page.host.textContent).toContain('The key nightly was made.');
  });

  it('show beside the field what the API says is wrong with it', async () => {
    withKeys([]);
    await open('keys');
    page.api.refuse('POST /api/keys', {
      status: 422,
      code: 'invalid_body',
      detail: 'The body is not valid.',
      errors: [{ path: 'name', message: 'must be 1 to 80 letters' }],
    });
    await page.press('New key');
    await page.fill('Name', 'not a name');
    await page.submit();
    await page.sees('must be 1 to 80 letters');
    const field = page.field('Name');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    const described = field.getAttribute('aria-describedby')?.split(' ') ?? [];
    expect(described.map((id) => document.getElementById(id)?.textContent)).toContain(
      'must be 1 to 80 letters',
    );
  });

  it('are revoked after a question, and stay when the answer is no', async () => {
    withKeys([KEY]);
    page.api.answer('DELETE /api/keys/{id}', z.null(), null);
    await open('keys');
    await page.sees('nightly');
    await page.press('Revoke…');
    await page.sees('Revoke the key nightly?');
    await page.press('Leave it');
    expect(page.api.writes()).toEqual([]);
    await page.press('Revoke…');
    await page.press('Revoke it');
    await page.sees('The key nightly was revoked.');
    expect(page.api.writes()).toMatchObject([
      { method: 'DELETE', path: `/api/keys/${KEY.id}`, query: { account: ACCOUNT } },
    ]);
  });

  it('say that they cannot be read, and are read again when asked to', async () => {
    withKeys([]);
    page.api.refuse('GET /api/keys', {
      status: 503,
      code: 'record_unavailable',
      detail: 'It did not answer.',
    });
    await open('keys');
    await page.sees('It did not answer.');
    page.api.answer('GET /api/keys', keysAnswerSchema, { items: [KEY] });
    await page.press('Try again');
    await page.sees('nightly');
    expect(page.host.textContent).not.toContain('It did not answer.');
  });
});

it('shows the command for a runner once, and the runner as soon as it is there', async () => {
  page = new TestPage(readerWith('admin'));
  const token = { id: KEY.id, token: 'sbr_secret', expiresAt: 1_763_690_400_000 };
  const tokenView = { id: KEY.id, name: 'build-1', labels: [], createdAt: 1, expiresAt: 2 };
  page.api.answer('GET /api/runners', fleetViewSchema, { runners: [], queue: [] });
  page.api.answer('GET /api/runners/registration-tokens', registrationTokensAnswerSchema, {
    items: [{ ...tokenView, status: 'open', runnerId: null }],
  });
  page.api.answer('POST /api/runners/registration-tokens', registrationTokenAnswerSchema, token);
  await open('runners');
  await page.press('Add a runner');
  await page.fill('Name', 'build-1');
  await page.fill('Labels', 'linux, gpu');
  await page.submit();
  await page.sees(
    `SIGNALBOX_REGISTRATION_TOKEN=sbr_secret npx signalbox-runner register --url ${window.location.origin}`,
  );
  await page.sees('Waiting for the runner…');
  expect(page.api.writes()[0]?.body).toEqual({ account: ACCOUNT, name: 'build-1', labels: ['linux', 'gpu'] });
  page.api.answer('GET /api/runners/registration-tokens', registrationTokensAnswerSchema, {
    items: [{ ...tokenView, status: 'used', runnerId: RUNNER.id }],
  });
  page.api.answer('GET /api/runners', fleetViewSchema, { runners: [RUNNER], queue: [] });
  await page.sees('build-1 is here.');
  await page.press('Done');
  await page.sees('0 of 2 jobs · linux');
  expect(page.host.textContent).not.toContain('sbr_secret');
});

it('drains a runner and takes that back, and says what its jobs do meanwhile', async () => {
  page = new TestPage(readerWith('admin'));
  const tells = (runner: RunnerView) =>
    page.api.answer('GET /api/runners', fleetViewSchema, { runners: [runner], queue: [] });
  const drained: RunnerView = { ...RUNNER, status: 'draining', drainAsked: true };
  const job = { taskId: `${RUNNER.id}.1`, epoch: 1 };
  page.api.answer('GET /api/runners/registration-tokens', registrationTokensAnswerSchema, { items: [] });
  page.api.answer('PATCH /api/runners/{id}', runnerViewSchema, drained);
  tells(RUNNER);
  await open('runners');
  await page.sees('0 of 2 jobs');
  tells({ ...drained, jobs: [job] });
  await page.press('Drain');
  await page.sees('The runner build-1 takes no new jobs.');
  await page.sees('1 of 2 jobs, drains: they go on');
  tells(RUNNER);
  await page.press('Take jobs again');
  await page.sees('The runner build-1 takes jobs again.');
  expect(page.button('Drain').disabled).toBe(false);
  const path = `/api/runners/${RUNNER.id}`;
  expect(page.api.writes()).toMatchObject([
    { method: 'PATCH', path, query: { account: ACCOUNT }, body: { drain: false } },
    { method: 'PATCH', path, query: { account: ACCOUNT }, body: { drain: true } },
  ]);
});

it('offers to drain a runner only to an admin', async () => {
  page = new TestPage(readerWith('operator'));
  page.api.answer('GET /api/runners', fleetViewSchema, { runners: [RUNNER], queue: [] });
  await open('runners');
  await page.sees('build-1');
  expect(page.host.textContent).not.toContain('Drain');
});
