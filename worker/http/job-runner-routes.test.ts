import { env, exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { meAnswerSchema } from '../../protocol/people.ts';
import { jobRunnerTokenAnswerSchema, registerRunnerAnswerSchema } from '../../protocol/registration.ts';
import { accountOf } from '../account/account-of.ts';
import type { KeyRequest } from '../account/keys/key-desk.ts';

const OWN = 'http://localhost:8787';
const HOUR_MS = 3_600_000;

let numbers = 958_000;

async function newKey(over: Partial<KeyRequest> = {}) {
  numbers += 1;
  const account = `github:${numbers}`;
  const expiresAt = Date.now() + HOUR_MS;
  const made = await accountOf(env, account).keys.create({
    id: crypto.randomUUID(),
    name: 'actions-run-77',
    role: 'operator',
    repositories: [numbers],
    source: 'action',
    holder: { login: 'octocat', id: 583_231 },
    createdBy: 'octocat',
    expiresAt,
    ...over,
  });
  if (made.status === 'refused') throw new Error(made.message);
  return { account, repositoryId: numbers, key: made.key, expiresAt };
}

const post = (path: string, bearer: string, body: unknown = {}) =>
  exports.default.fetch(`${OWN}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function register(token: string) {
  const response = await post('/api/runners/register', token, { nonce: 'n'.repeat(22), name: 'job' });
  return { status: response.status, body: await response.json() };
}

describe('the token of a runner inside a job', () => {
  it('registers one runner with a label that only it has, and stands in the audit log', async () => {
    const { key, account, repositoryId, expiresAt: keyEnds } = await newKey();
    const response = await post('/api/job-runners', key);
    expect(response.status).toBe(201);
    const { token, label, expiresAt } = jobRunnerTokenAnswerSchema.parse(await response.json());
    expect(expiresAt).toBe(keyEnds);
    const { status, body } = await register(token);
    expect(status).toBe(201);
    const runner = registerRunnerAnswerSchema.parse(body);
    expect(runner.labels).toEqual([label]);
    expect((await post(`/api/job-runners/${runner.id}/renew`, key)).status).toBe(200);
    expect((await post(`/api/job-runners/${crypto.randomUUID()}/renew`, key)).status).toBe(404);
    const lines = () => accountOf(env, account).audit.after(0, 10);
    await expect
      .poll(async () => (await lines()).map(({ action }) => action))
      .toEqual(['job_runner.allowed', 'runner.registered', 'job_runner.renewed', 'job_runner.renewed']);
    expect((await lines())[0]).toMatchObject({
      actor: { kind: 'api_key', name: 'actions-run-77' },
      details: { repositoryId, label },
    });
  });

  it.each<[string, Partial<KeyRequest>]>([
    ['of a program', { source: 'api' }],
    ['of a whole account', { repositories: 'all' }],
    ['of several repositories', { repositories: [1, 2] }],
    ['without an end', { expiresAt: null }],
  ])('is given to no key %s', async (_case, over) => {
    const { key } = await newKey(over);
    const me = await exports.default.fetch(`${OWN}/api/me`, { headers: { authorization: `Bearer ${key}` } });
    expect(meAnswerSchema.parse(await me.json()).login).toBe('octocat');
    for (const path of ['/api/job-runners', `/api/job-runners/${crypto.randomUUID()}/renew`]) {
      const response = await post(path, key);
      expect([response.status, await response.json()]).toMatchObject([403, { code: 'forbidden' }]);
    }
  });

  it('is of no use to another run, which can not renew what it did not register', async () => {
    const first = await newKey();
    const token = jobRunnerTokenAnswerSchema.parse(await (await post('/api/job-runners', first.key)).json());
    const runner = registerRunnerAnswerSchema.parse((await register(token.token)).body);
    const second = await accountOf(env, first.account).keys.create({
      id: crypto.randomUUID(),
      name: 'actions-run-78',
      role: 'operator',
      repositories: [first.repositoryId],
      source: 'action',
      holder: null,
      createdBy: 'octocat',
      expiresAt: Date.now() + HOUR_MS,
    });
    if (second.status === 'refused') throw new Error(second.message);
    expect((await post(`/api/job-runners/${runner.id}/renew`, second.key)).status).toBe(404);
  });
});
