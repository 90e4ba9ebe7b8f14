import { env, exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { taskViewSchema } from '../../protocol/task.ts';
import { accountOf } from '../account/account-of.ts';
import { FakeGitHub } from '../installation/testing/fake-github.ts';
import { openRecord } from '../record/open-record.ts';
import { writeRecord } from '../record/write-record.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';

const github = new FakeGitHub().install();
const headers = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
let lastId = 982_000;

async function post(path: string, body: unknown) {
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await exports.default.fetch(`http://localhost:8787${path}`, init);
  return { status: response.status, answer: await response.json<Record<string, unknown>>() };
}

/** A repository of an account of its own, with a template and settings. */
async function world(settings?: string) {
  lastId += 1;
  const id = lastId;
  const account = `github:${id}`;
  const name = `shop-${id}`;
  if (settings !== undefined) github.settings.set(name, settings);
  const repository = {
    id,
    owner: 'octo',
    name,
    cloneUrl: `https://github.com/octo/${name}.git`,
    htmlUrl: `https://github.com/octo/${name}`,
    defaultBranch: 'main',
    private: true,
  };
  await writeRecord(openRecord(env), [
    { table: 'repositories', row: { ...repository, account, installationId: id, updatedAt: 1 } },
  ]);
  await accountOf(env, account).settings.change({ tasks: { maxTurns: 40, maxMinutes: 5 } }, 'test');
  await post(`/api/prompts?account=${account}`, {
    name: 'update',
    text: 'Update {{package}}.',
    variables: [{ name: 'package' }],
    options: { maxUsd: 3, labels: ['npm'] },
  });
  const workspace = { type: 'github', repository, ref: { kind: 'branch', base: 'main' } };
  return { account, name, workspace };
}

const FILE = 'model: opus\nlimits: { minutes: 30, usd: 9 }\n';
const TEMPLATE = { name: 'update', variables: { package: 'zod' } };

it('takes options from the request, the template, the repository and the account, in this order', async () => {
  const { workspace } = await world(FILE);
  const made = await post('/api/sessions', { workspace, template: TEMPLATE, options: { labels: ['gpu'] } });
  expect(made.status).toBe(201);
  expect(made.answer.tasks).toMatchObject([
    {
      request: 'Update zod.',
      options: { labels: ['gpu'], maxUsd: 3, model: 'opus', maxMinutes: 30, maxTurns: 40 },
    },
  ]);
  const { id } = made.answer.session as { id: string };
  const next = await post(`/api/sessions/${id}/tasks`, { prompt: 'And more', options: { model: null } });
  expect(taskViewSchema.parse(next.answer).options).toMatchObject({
    labels: [],
    maxUsd: 9,
    model: null,
    maxMinutes: 30,
    maxTurns: 40,
  });
});

it('takes a prompt or a template, not both and not neither', async () => {
  const { account } = await world();
  const workspace = { type: 'local', path: '/srv/app' };
  const both = { account, workspace, prompt: 'Do it', template: TEMPLATE };
  expect(await post('/api/sessions', both)).toMatchObject({
    status: 422,
    answer: { errors: [{ path: 'template' }] },
  });
  const made = await post('/api/sessions', { account, workspace });
  const { id } = made.answer.session as { id: string };
  expect(await post(`/api/sessions/${id}/tasks`, {})).toMatchObject({
    status: 422,
    answer: { errors: [{ path: 'prompt' }] },
  });
  const unknown = { template: { name: 'nothing' } };
  expect(await post(`/api/sessions/${id}/tasks`, unknown)).toMatchObject({ status: 404 });
  expect(await post(`/api/sessions/${id}/tasks`, { template: TEMPLATE })).toMatchObject({
    status: 201,
    answer: { request: 'Update zod.', options: { maxUsd: 3, maxMinutes: 5, maxTurns: 40 } },
  });
});

it('makes no task while the repository says what nobody understands, or can not be asked', async () => {
  const wrong = await world('limits:\n  minutes: ten\n');
  expect(await post('/api/sessions', { workspace: wrong.workspace, prompt: 'Do it' })).toMatchObject({
    status: 422,
    answer: { code: 'invalid_settings', errors: [{ path: '.github/signalbox.yml:2 limits.minutes' }] },
  });
  const away = await world(FILE);
  github.failNext(`/${away.name}/contents/`, { status: 502 });
  expect(await post('/api/sessions', { workspace: away.workspace, prompt: 'Do it' })).toMatchObject({
    status: 503,
    answer: { code: 'github_unavailable' },
  });
  expect((await post('/api/sessions', { workspace: away.workspace, prompt: 'Do it' })).status).toBe(201);
});

it('works in a project by its name: in its first writable repository, with its options', async () => {
  const { account, name } = await world(FILE);
  const repository = `octo/${name}`;
  const body = { name: 'shop', repositories: [{ repository, base: 'next' }], options: { maxMinutes: 45 } };
  expect((await post(`/api/projects?account=${account}`, body)).status).toBe(201);
  const made = await post('/api/sessions', { account, project: 'shop', prompt: 'Do it' });
  expect(made).toMatchObject({
    status: 201,
    answer: {
      session: {
        account,
        workspace: { type: 'github', repository: { name }, ref: { kind: 'branch', base: 'next' } },
        project: { name: 'shop', repositories: [{ repository, access: 'write', base: 'next' }] },
      },
      tasks: [{ options: { maxMinutes: 45, model: 'opus', maxTurns: 40 } }],
    },
  });
  const { id } = made.answer.session as { id: string };
  const next = await post(`/api/sessions/${id}/tasks`, { prompt: 'And more' });
  expect(next.answer).toMatchObject({ options: { maxMinutes: 45, model: 'opus' } });
  const unknown = { account, project: 'none', prompt: 'Do it' };
  expect(await post('/api/sessions', unknown)).toMatchObject({ status: 404 });
  expect(await post('/api/sessions', { account, prompt: 'Do it' })).toMatchObject({
    status: 422,
    answer: { errors: [{ path: 'workspace' }] },
  });
});
