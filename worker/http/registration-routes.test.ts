import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type RegisterRunnerAnswer,
  registerRunnerAnswerSchema,
  registrationTokenAnswerSchema,
  registrationTokensAnswerSchema,
} from '../../protocol/registration.ts';
import { app } from '../app.ts';
import { connectRunner, fleet } from '../fleet/testing/connect-runner.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';

const ORIGIN = 'http://localhost:8787';
const TOKENS = '/api/runners/registration-tokens';
const NONCE = 'a-nonce-of-enough-random-characters';

let accounts = 700_000;
const newAccount = () => `github:${++accounts}`;

afterEach(() => {
  vi.useRealTimers();
});

function call(method: string, path: string, bearer: string, body?: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
  return Promise.resolve(
    app.request(
      `${ORIGIN}${path}`,
      { method, headers, body: body === undefined ? null : JSON.stringify(body) },
      env,
    ),
  );
}

async function makeToken(account: string, over: Record<string, unknown> = {}) {
  const response = await call('POST', TOKENS, TEST_ADMIN_KEY, { account, ...over });
  expect(response.status).toBe(201);
  return registrationTokenAnswerSchema.parse(await response.json());
}

const register = (token: string, nonce = NONCE, name?: string) =>
  call('POST', '/api/runners/register', token, { nonce, ...(name === undefined ? {} : { name }) });

async function registered(response: Response): Promise<RegisterRunnerAnswer> {
  expect(response.status).toBe(201);
  return registerRunnerAnswerSchema.parse(await response.json());
}

async function tokensOf(account: string) {
  const response = await call('GET', `${TOKENS}?account=${account}`, TEST_ADMIN_KEY);
  return registrationTokensAnswerSchema.parse(await response.json()).items;
}

describe('a registration token', () => {
  it('registers one runner, which gets a credential and the keys that jobs are signed with', async () => {
    const account = newAccount();
    const { id, token, expiresAt } = await makeToken(account, { labels: ['gpu'] });
    expect(token).toMatch(/^sbt_/);
    expect(expiresAt - Date.now()).toBeGreaterThan(59 * 60_000);
    const answer = await registered(await register(token, NONCE, 'build-1'));
    expect(answer).toMatchObject({ name: 'build-1', labels: ['gpu'], url: ORIGIN });
    const announced = await app.request(`${ORIGIN}/api/runners/job-keys`, {}, env);
    expect(await announced.json()).toEqual({ keys: answer.jobKeys });
    expect(await fleet(account).runnerOf(answer.credential)).toEqual({ id: answer.id, name: 'build-1' });
    expect(await tokensOf(account)).toMatchObject([{ id, status: 'used', runnerId: answer.id }]);
  });

  it('is stored and shown without its secret', async () => {
    const account = newAccount();
    const { token } = await makeToken(account, { name: 'box' });
    const shown = JSON.stringify(await tokensOf(account));
    expect(shown).toContain('box');
    expect(shown).not.toContain(token.slice(-43));
  });

  it('gives the name that an admin chose, whatever the machine says', async () => {
    const { token } = await makeToken(newAccount(), { name: 'chosen' });
    expect((await registered(await register(token, NONCE, 'other'))).name).toBe('chosen');
  });

  it('is refused when it comes a second time from somebody else', async () => {
    const account = newAccount();
    const { token } = await makeToken(account);
    const { credential, id } = await registered(await register(token, NONCE, 'first'));
    const second = await register(token, 'another-nonce-of-enough-characters');
    expect(second.status).toBe(409);
    expect(await second.json()).toMatchObject({
      code: 'conflict',
      detail: 'The registration token was used already, for the runner "first".',
    });
    expect(await fleet(account).runnerOf(credential)).toMatchObject({ id });
    expect((await fleet(account).view()).runners).toHaveLength(1);
  });

  it('gives the same runner a fresh credential when the answer was lost, and ends the former one', async () => {
    const account = newAccount();
    const { token } = await makeToken(account);
    const lost = await registered(await register(token));
    const connected = await connectRunner(account, lost.id);
    await connected.hello();
    const again = await registered(await register(token));
    expect(again.id).toBe(lost.id);
    expect(await connected.closed).toMatchObject({ code: 4401 });
    expect(await fleet(account).runnerOf(lost.credential)).toBeNull();
    expect(await fleet(account).runnerOf(again.credential)).toMatchObject({ id: lost.id });
  });

  it('registers one runner however many come at once', async () => {
    const account = newAccount();
    const { token } = await makeToken(account);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => register(token, `nonce-number-${index}-of-enough-characters`)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
    expect((await fleet(account).view()).runners).toHaveLength(1);
  });

  it('is refused when it is wrong, revoked, expired, or of another form', async () => {
    const account = newAccount();
    const { id, token } = await makeToken(account, { expiresInMinutes: 5 });
    const last = token.endsWith('A') ? 'B' : 'A';
    const wrong = await register(`${token.slice(0, -1)}${last}`);
    expect([wrong.status, await wrong.json()]).toMatchObject([
      401,
      { detail: expect.stringContaining('wrong') },
    ]);
    expect((await register(TEST_ADMIN_KEY)).status).toBe(401);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5 * 60_000 });
    const expired = await register(token);
    expect([expired.status, await expired.json()]).toMatchObject([
      401,
      { detail: expect.stringContaining('expired at') },
    ]);
    expect(await tokensOf(account)).toMatchObject([{ status: 'expired' }]);
    vi.useRealTimers();
    expect((await call('DELETE', `${TOKENS}/${id}?account=${account}`, TEST_ADMIN_KEY)).status).toBe(204);
    expect((await call('DELETE', `${TOKENS}/${id}?account=${account}`, TEST_ADMIN_KEY)).status).toBe(404);
    expect((await register(token)).status).toBe(401);
    expect((await fleet(account).view()).runners).toEqual([]);
  });

  it('does not bring a removed runner back', async () => {
    const account = newAccount();
    const { token } = await makeToken(account);
    const { id } = await registered(await register(token));
    await fleet(account).removeRunner(id);
    expect((await register(token)).status).toBe(409);
  });

  it('opens no other door, and no other credential opens this one', async () => {
    const { token } = await makeToken(newAccount());
    const { credential } = await registered(await register(token));
    const doors = [
      await call('GET', '/api/runners', token),
      await call('GET', '/api/runners/connect', token),
      await call('POST', TOKENS, credential, {}),
      await register(credential),
    ];
    expect(doors.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });
});

it.each([
  ['a life of more than a day', { expiresInMinutes: 1_441 }],
  ['a life of nothing', { expiresInMinutes: 0 }],
  ['labels of another form', { labels: ['NOT OK'] }],
  ['what it does not know', { role: 'admin' }],
])('refuses a token with %s', async (_case, body) => {
  const response = await call('POST', TOKENS, TEST_ADMIN_KEY, body);
  expect(response.status).toBe(422);
});

it('lets nobody try tokens for long', async () => {
  const { token } = await makeToken(newAccount());
  const guess = `${token.slice(0, -8)}AAAAAAAA`;
  const limited = { ...env, RATE_LIMIT_FAILURES: '3' };
  const attempt = (text: string) =>
    app.request(
      `${ORIGIN}/api/runners/register`,
      {
        method: 'POST',
        headers: { authorization: `Bearer ${text}`, 'content-type': 'application/json' },
        body: JSON.stringify({ nonce: NONCE }),
      },
      limited,
    );
  const statuses: number[] = [];
  for (const text of [guess, guess, guess, guess, token]) statuses.push((await attempt(text)).status);
  expect(statuses).toEqual([401, 401, 401, 429, 429]);
});

it('refuses a nonce that could be guessed, before the token is used', async () => {
  const { token } = await makeToken(newAccount());
  expect((await register(token, 'short')).status).toBe(422);
  await registered(await register(token));
});
