import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type AuditEntry,
  auditPageSchema,
  auditVerdictSchema,
  FIRST_AUDIT_HASH,
} from '../../protocol/audit.ts';
import { budgetsViewSchema } from '../../protocol/budgets.ts';
import { type MemberView, membersAnswerSchema, memberViewSchema } from '../../protocol/people.ts';
import { projectSchema } from '../../protocol/projects.ts';
import { type Prompt, promptSchema } from '../../protocol/prompts.ts';
import { type SettingsView, settingsViewSchema } from '../../protocol/settings.ts';
import { createShareAnswerSchema, type ShareView, shareListSchema } from '../../protocol/shares.ts';
import {
  type WebhookView,
  webhookDeliveryPageSchema,
  webhookListSchema,
  webhookQueuedSchema,
  webhookSecretAnswerSchema,
} from '../../protocol/webhooks.ts';
import type { Sent } from '../records/testing/fake-api.ts';
import { ACCOUNT, readerWith, TestPage } from '../records/testing/show-page.tsx';
import { SettingsPage } from './settings-page.tsx';

const ID = '2c8f7a3b-1c7e-4c0e-9d53-0b8f7a3b1c7e';
const MADE = { createdAt: 1, createdBy: 'mona', updatedAt: 1, updatedBy: 'mona' };

let page: TestPage;
afterEach(() => page.close());

function start(): TestPage {
  page = new TestPage(readerWith('admin'));
  return page;
}
const open = (section: string) => page.show((app) => <SettingsPage app={app} section={section} />);
const lastWrite = () => page.api.writes()[0];

it('writes a template with its variables, and keeps what the form does not show', async () => {
  const prompt: Prompt = {
    ...{ id: ID, name: 'update', description: '', text: 'Update {{package}}.', ...MADE },
    variables: [{ name: 'package', description: 'Which one.', default: null }],
    options: { maxMinutes: 20 },
  };
  start().api.answer('GET /api/prompts', z.object({ items: z.array(promptSchema) }), { items: [prompt] });
  page.api.answer('PUT /api/prompts/{key}', promptSchema, prompt);
  await open('prompts');
  await page.sees('Update {{package}}.');
  await page.press('Change');
  expect(page.field('Variables').value).toBe('package');
  await page.fill('Request', 'Update {{package}} to {{version}}.');
  await page.fill('Variables', 'package\nversion = the newest');
  await page.submit();
  await page.sees('The prompt update was changed.');
  expect(lastWrite()).toMatchObject({
    path: `/api/prompts/${ID}`,
    query: { account: ACCOUNT },
    body: {
      name: 'update',
      text: 'Update {{package}} to {{version}}.',
      variables: [
        { name: 'package', description: 'Which one.', default: null },
        { name: 'version', description: '', default: 'the newest' },
      ],
      options: { maxMinutes: 20 },
    },
  });
});

it('shows a mistake of one line at the field of all lines', async () => {
  start().api.answer('GET /api/projects', z.object({ items: z.array(projectSchema) }), { items: [] });
  page.api.refuse('POST /api/projects', {
    status: 422,
    code: 'invalid_body',
    detail: 'Not valid.',
    errors: [{ path: 'repositories.1.repository', message: 'is not known' }],
  });
  await open('projects');
  await page.press('New project');
  await page.fill('Name', 'shop');
  await page.fill('Repositories', 'octo/app\nocto/design read main');
  await page.submit();
  await page.sees('1.repository: is not known');
  expect(page.field('Repositories').getAttribute('aria-invalid')).toBe('true');
  expect(lastWrite()?.body).toMatchObject({
    repositories: [
      { repository: 'octo/app', access: 'write', base: null },
      { repository: 'octo/design', access: 'read', base: 'main' },
    ],
  });
});

const SETTINGS: SettingsView = {
  account: ACCOUNT,
  settings: {
    timeZone: 'Europe/Berlin',
    budgets: {
      accountUsdPerDay: 100,
      repositoryUsdPerDay: null,
      personUsdPerDay: null,
      repositories: { 'octo/app': 20 },
      people: { mona: 5 },
    },
    tasks: { maxMinutes: 20 },
  },
  updatedAt: 5,
  updatedBy: 'mona',
};

it('takes a setting back to its default where its field is emptied', async () => {
  start().api.answer('GET /api/settings', settingsViewSchema, SETTINGS);
  page.api.answer('PATCH /api/settings', settingsViewSchema, SETTINGS);
  await open('account');
  await page.sees('changed by mona');
  await page.fill('Minutes a task may take', '');
  await page.fill('Model', 'opus');
  await page.submit();
  await page.sees('The settings were changed');
  expect(lastWrite()).toMatchObject({
    method: 'PATCH',
    query: { account: ACCOUNT },
    body: { timeZone: 'Europe/Berlin', tasks: { model: 'opus', maxMinutes: null, labels: null } },
  });
});

it('shows what is spent today, and takes away exceptions that are gone from the form', async () => {
  start().api.answer('GET /api/settings', settingsViewSchema, SETTINGS);
  page.api.answer('PATCH /api/settings', settingsViewSchema, SETTINGS);
  page.api.answer('GET /api/budgets', budgetsViewSchema, {
    ...{ account: ACCOUNT, timeZone: 'UTC', from: 1, until: 2, limitUsd: 100, spentUsd: 12.5 },
    ...{ people: [{ login: 'mona', limitUsd: 5, spentUsd: 4 }], repositories: [] },
  });
  await open('budgets');
  await page.sees('$12.50');
  await page.fill('Other amounts for people', 'hubot 7');
  await page.submit();
  await page.sees('The budgets were changed');
  expect(lastWrite()?.body).toEqual({
    budgets: {
      ...{ accountUsdPerDay: 100, repositoryUsdPerDay: null, personUsdPerDay: null },
      ...{ repositories: { 'octo/app': 20 }, people: { mona: null, hubot: 7 } },
    },
  });
});

it('does not take a line that can’t be read for an exception that is gone', async () => {
  start().api.answer('GET /api/settings', settingsViewSchema, SETTINGS);
  page.api.answer('GET /api/budgets', budgetsViewSchema, {
    ...{ account: ACCOUNT, timeZone: 'UTC', from: 1, until: 2, limitUsd: 100, spentUsd: 12.5 },
    ...{ people: [], repositories: [] },
  });
  await open('budgets');
  await page.sees('$12.50');
  await page.fill('Other amounts for repositories', 'octo/app 25\nocto/app2 20 $');
  await page.submit();
  await page.sees('"octo/app2 20 $" is no name with an amount of US dollars');
  expect(page.field('Other amounts for repositories').getAttribute('aria-invalid')).toBe('true');
  expect(page.api.writes()).toEqual([]);
});

it('sets a role in place of GitHub’s, and lets it follow from GitHub again', async () => {
  const member: MemberView = {
    ...{ id: 7, login: 'mona', role: 'operator', githubRole: 'viewer' },
    ...{ lastSeenAt: null, setAt: 1, setBy: 'hubot' },
  };
  start().api.answer('GET /api/members', membersAnswerSchema, { items: [member] });
  page.api.answer('PUT /api/members/{id}', memberViewSchema, member);
  page.api.answer('DELETE /api/members/{id}', z.null(), null);
  await open('members');
  await page.sees('set by hubot');
  await page.press('Set the role');
  await page.fill('Role', 'admin');
  await page.submit();
  await page.sees('mona has the role admin.');
  expect(lastWrite()).toMatchObject({
    method: 'PUT',
    path: '/api/members/7',
    body: { role: 'admin', login: 'mona' },
  });
  await page.press('Follow GitHub');
  await page.sees('follows from GitHub again');
  expect(lastWrite()).toMatchObject({ method: 'DELETE', path: '/api/members/7' });
});

it('makes a link to the session whose address was pasted, and shows it once', async () => {
  const share: ShareView = {
    ...{ id: ID, scope: { kind: 'session', sessionId: ID }, account: ACCOUNT, name: 'for Ada' },
    ...{ expiresAt: 9, createdAt: 1, createdBy: 'mona', opened: 0, lastOpenedAt: null },
  };
  start().api.answer('GET /api/shares', shareListSchema, { items: [share] });
  const url = 'https://signalbox.test/share#token=sbs_secret';
  page.api.answer('POST /api/shares', createShareAnswerSchema, { share, token: 'sbs_secret', url });
  await open('shares');
  await page.press('New link');
  await page.fill('Session', `https://signalbox.test/sessions/${ID}#event-12`);
  await page.submit();
  await page.sees(url);
  expect(lastWrite()?.body).toEqual({ scope: { kind: 'session', sessionId: ID }, expiresInHours: 168 });
  await page.press('Done');
  expect(page.host.textContent).not.toContain('sbs_secret');
});

const WEBHOOK: WebhookView = {
  ...{ id: ID, account: ACCOUNT, url: 'https://ci.test/hook', events: null, name: 'ci', disabled: null },
  ...{ failingSince: null, createdAt: 1, createdBy: 'mona' },
};

it('makes a webhook for chosen events, tests it and shows what it answered', async () => {
  start().api.answer('GET /api/webhooks', webhookListSchema, { items: [WEBHOOK] });
  page.api.answer('POST /api/webhooks', webhookSecretAnswerSchema, { webhook: WEBHOOK, secret: 'whsec_1' });
  page.api.answer('POST /api/webhooks/{id}/test', webhookQueuedSchema, { id: 'm1' });
  page.api.answer('GET /api/webhooks/{id}/deliveries', webhookDeliveryPageSchema, {
    items: [
      {
        ...{ id: 'm1', type: 'webhook.test', status: 'failed', createdAt: 1 },
        attempts: [{ at: 1, httpStatus: 500, durationMs: 12, error: 'It broke.' }],
      },
    ],
    next: null,
  });
  await open('webhooks');
  await page.press('New webhook');
  await page.fill('Address', 'https://ci.test/hook');
  await page.choose('task.failed');
  await page.submit();
  await page.sees('whsec_1');
  expect(lastWrite()?.body).toEqual({
    account: ACCOUNT,
    url: 'https://ci.test/hook',
    events: ['task.failed'],
  });
  await page.press('Done');
  await page.press('Test');
  await page.sees('A greeting is on its way to ci');
  await page.press('Log');
  await page.sees('500 after 12 ms, It broke.');
});

const ENTRY: AuditEntry = {
  ...{ account: ACCOUNT, number: 3, at: 1, action: 'key.created', outcome: 'done', problem: null },
  actor: { kind: 'browser', id: '7', name: 'mona' },
  target: { kind: 'key', id: ID, name: 'nightly' },
  ...{
    address: '192.0.2.1',
    userAgent: null,
    details: {},
    previousHash: FIRST_AUDIT_HASH,
    hash: 'a'.repeat(64),
  },
};

it('verifies the whole chain part by part, and names the line that is wrong', async () => {
  start().api.answer('GET /api/audit', auditPageSchema, { items: [ENTRY], next: null });
  const head = { number: 3, hash: 'a'.repeat(64) };
  const middle = { number: 2, hash: 'b'.repeat(64) };
  const from = { number: 0, hash: FIRST_AUDIT_HASH };
  const intact = { account: ACCOUNT, status: 'intact' as const, from, head, fault: null };
  page.api.answer('GET /api/audit/verify', auditVerdictSchema, ({ query }: Sent) =>
    query.after === undefined ? { ...intact, to: middle, more: true } : { ...intact, to: head, more: false },
  );
  page.app.replaceSearch('?actor=mona');
  await open('audit');
  await page.sees('3 key.created');
  expect(page.api.sent.at(-1)).toMatchObject({
    path: '/api/audit',
    query: { account: ACCOUNT, actor: 'mona' },
  });
  await page.press('Verify the chain');
  await page.sees('Intact: 3 lines.');
  expect(page.api.sent.at(-1)?.query).toEqual({ account: ACCOUNT, after: '2', hash: middle.hash });
  page.api.answer('GET /api/audit/verify', auditVerdictSchema, {
    ...intact,
    ...{ status: 'broken', to: middle, more: false, fault: { number: 2, reason: 'changed' } },
  });
  await page.press('Verify the chain');
  await page.sees('Broken: line 2 is not what it was.');
});
