import { env, exports } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectSchema } from '../../protocol/projects.ts';
import { promptSchema } from '../../protocol/prompts.ts';
import { scheduleViewSchema } from '../../protocol/schedules.ts';
import { accountOf } from '../account/account-of.ts';
import { openRecord } from '../record/open-record.ts';
import { writeRecord } from '../record/write-record.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';

const ACCOUNT = 'github:980500';
const headers = { authorization: `Bearer ${TEST_ADMIN_KEY}` };

async function call(method: string, path: string, body?: unknown) {
  const url = `http://localhost:8787/api/${path}?account=${ACCOUNT}`;
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await exports.default.fetch(url, { method, headers, ...sent });
  const answer: unknown = response.status === 204 ? null : await response.json();
  return { status: response.status, answer };
}

const REPOSITORY = {
  owner: 'Octo',
  cloneUrl: 'https://github.com/octo/shop.git',
  htmlUrl: 'https://github.com/octo/shop',
  defaultBranch: 'main',
  private: true,
  account: ACCOUNT,
  installationId: 7,
  updatedAt: 1,
};

beforeAll(async () => {
  await writeRecord(openRecord(env), [
    { table: 'repositories', row: { ...REPOSITORY, id: 980_501, name: 'shop' } },
    { table: 'repositories', row: { ...REPOSITORY, id: 980_502, name: 'design' } },
  ]);
});

const PROMPT = {
  name: 'update',
  text: 'Update {{package}}.',
  variables: [{ name: 'package' }],
  options: { maxUsd: 2 },
};
const PROJECT = {
  name: 'shop',
  repositories: [{ repository: 'octo/Shop' }, { repository: 'octo/design', access: 'read', base: 'next' }],
};

describe('prompts', () => {
  it('are made, read by name and id, written anew, listed by name, and deleted', async () => {
    const made = await call('POST', 'prompts', PROMPT);
    expect(made.status).toBe(201);
    const prompt = promptSchema.parse(made.answer);
    expect(prompt).toMatchObject({ name: 'update', description: '', createdBy: 'admin' });
    expect((await call('GET', `prompts/${prompt.id}`)).answer).toEqual(prompt);
    const again = await call('PUT', 'prompts/update', { ...PROMPT, name: 'bump', options: {} });
    expect(again.answer).toMatchObject({
      id: prompt.id,
      name: 'bump',
      options: {},
      createdAt: prompt.createdAt,
    });
    await call('POST', 'prompts', { ...PROMPT, name: 'another' });
    const listed = await call('GET', 'prompts');
    expect(listed.answer).toMatchObject({ items: [{ name: 'another' }, { name: 'bump' }] });
    expect(await call('POST', 'prompts', { ...PROMPT, name: 'bump' })).toMatchObject({
      status: 409,
      answer: { code: 'conflict' },
    });
    expect(await call('PUT', 'prompts/another', { ...PROMPT, name: 'bump' })).toMatchObject({ status: 409 });
    expect((await call('DELETE', 'prompts/bump')).status).toBe(204);
    expect((await call('GET', `prompts/${prompt.id}`)).status).toBe(404);
    expect((await call('DELETE', 'prompts/bump')).status).toBe(404);
  });

  it('show what they make of their variables', async () => {
    await call('POST', 'prompts', { ...PROMPT, name: 'shown' });
    expect((await call('POST', 'prompts/shown/render', { variables: { package: 'zod' } })).answer).toEqual({
      text: 'Update zod.',
      options: { maxUsd: 2 },
    });
    expect(await call('POST', 'prompts/shown/render', {})).toMatchObject({
      status: 422,
      answer: { code: 'invalid_body', errors: [{ path: 'variables.package', message: 'must be given' }] },
    });
  });

  it('name every mistake', async () => {
    const { status, answer } = await call('POST', 'prompts', { name: 'No Name', text: '{{x}}' });
    expect(status).toBe(422);
    const { errors } = answer as { errors: { path: string }[] };
    expect(errors.map(({ path }) => path)).toContain('name');
  });
});

describe('projects', () => {
  it('hold repositories that the App reaches, by their ids', async () => {
    const made = await call('POST', 'projects', PROJECT);
    expect(projectSchema.parse(made.answer).repositories).toEqual([
      { id: 980_501, repository: 'octo/shop', access: 'write', base: null },
      { id: 980_502, repository: 'octo/design', access: 'read', base: 'next' },
    ]);
    const other = { ...PROJECT, name: 'other', repositories: [{ repository: 'octo/none' }] };
    expect(await call('POST', 'projects', other)).toMatchObject({
      status: 422,
      answer: { code: 'app_not_installed' },
    });
    const readOnly = { ...PROJECT, repositories: [{ repository: 'octo/shop', access: 'read' }] };
    expect(await call('POST', 'projects', readOnly)).toMatchObject({ status: 422 });
  });
});

describe('schedules', () => {
  const SCHEDULE = {
    name: 'nightly',
    cron: '0 3 * * *',
    timeZone: 'Europe/Berlin',
    project: 'planned',
    template: { name: 'planned', variables: { package: 'zod' } },
  };

  beforeAll(async () => {
    await call('POST', 'projects', { ...PROJECT, name: 'planned' });
    await call('POST', 'prompts', { ...PROMPT, name: 'planned' });
  });

  it('say when they are due next, and not while they are switched off', async () => {
    const made = scheduleViewSchema.parse((await call('POST', 'schedules', SCHEDULE)).answer);
    const project = await accountOf(env, ACCOUNT).projects.find('planned');
    expect(made).toMatchObject({ project: project?.id, missed: 'run_once', overlap: 'skip', enabled: true });
    expect(made.nextRuns).toHaveLength(3);
    const clock = (at: number) =>
      new Date(at).toLocaleTimeString('sv', { timeZone: 'Europe/Berlin', timeStyle: 'short' });
    expect(made.nextRuns.map(clock)).toEqual(['03:00', '03:00', '03:00']);
    const off = await call('PUT', 'schedules/nightly', { ...SCHEDULE, enabled: false });
    expect(off.answer).toMatchObject({ id: made.id, enabled: false, nextRuns: [] });
  });

  it.each([
    ['a pattern that is none', { cron: 'nightly' }, 'cron'],
    ['runs without a pause', { cron: '* * * * *' }, 'cron'],
    ['a time zone that is none', { timeZone: 'Berlin' }, 'timeZone'],
    ['a project that is not there', { project: 'gone' }, 'project'],
    ['a variable of its template missing', { template: { name: 'planned' } }, 'variables.package'],
    ['both a prompt and a template', { prompt: 'Do it' }, 'prompt'],
    ['neither of them', { template: null }, 'prompt'],
  ])('are refused with %s', async (_what, change, path) => {
    const { status, answer } = await call('POST', 'schedules', { ...SCHEDULE, name: 'wrong', ...change });
    expect(status).toBe(422);
    const { errors } = answer as { errors: { path: string }[] };
    expect(errors.map((error) => error.path)).toEqual([path]);
  });
});
