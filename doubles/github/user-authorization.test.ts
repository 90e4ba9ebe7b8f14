import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type GitHubDouble, startGitHubDouble } from './start-github-double.ts';

let github: GitHubDouble;
beforeAll(async () => {
  github = await startGitHubDouble({
    repositories: [{ name: 'shop' }, { name: 'vault' }, { name: 'elsewhere', installed: false }],
    users: [
      {
        login: 'rita',
        permissions: { shop: 'triage', elsewhere: 'admin' },
        organizationRole: 'member',
      },
      { login: 'sam' },
    ],
  });
});
afterAll(() => github.close());

const REDIRECT = 'http://localhost:8787/back';
const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

async function codeOf(login: string): Promise<string> {
  const url = new URL(`${github.url}/login/oauth/authorize`);
  url.search = new URLSearchParams({
    client_id: github.app.clientId,
    redirect_uri: REDIRECT,
    state: 'abc',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  }).toString();
  const page = await (await fetch(url)).text();
  expect(page).toContain(`Continue as ${login}`);
  url.searchParams.set('agree_as', login);
  const { headers } = await fetch(url, { redirect: 'manual' });
  const back = new URL(headers.get('location') ?? '');
  expect(back.searchParams.get('state')).toBe('abc');
  return back.searchParams.get('code') ?? '';
}

async function exchange(form: Record<string, string>): Promise<Record<string, unknown>> {
  const { clientId, clientSecret } = github.app;
  const response = await fetch(`${github.url}/login/oauth/access_token`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...form }),
  });
  expect(response.status).toBe(200);
  return z.record(z.string(), z.unknown()).parse(await response.json());
}
const redeem = (code: string, verifier = VERIFIER) =>
  exchange({ code, redirect_uri: REDIRECT, code_verifier: verifier });

test('a code is good once, and only with its verifier and the client secret', async () => {
  expect(await redeem(await codeOf('rita'), 'x'.repeat(43))).toMatchObject({
    error: 'bad_verification_code',
  });
  const code = await codeOf('rita');
  expect(await redeem(code)).toMatchObject({ token_type: 'bearer', expires_in: 28_800 });
  expect(await redeem(code)).toMatchObject({ error: 'bad_verification_code' });
  const wrong = { code: await codeOf('rita'), client_secret: 'wrong' };
  expect(await exchange(wrong)).toMatchObject({ error: 'incorrect_client_credentials' });
});

test('a refresh token gives new tokens once and ends the old one', async () => {
  const first = await redeem(await codeOf('rita'));
  const renewal = { grant_type: 'refresh_token', refresh_token: String(first.refresh_token) };
  const second = await exchange(renewal);
  expect(second.access_token).not.toBe(first.access_token);
  expect(await exchange(renewal)).toMatchObject({ error: 'bad_refresh_token' });
  expect((await ask(String(first.access_token), '/user')).status).toBe(401);
  expect((await ask(String(second.access_token), '/user')).body).toMatchObject({ login: 'rita' });
});

async function ask(token: string, path: string) {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json', 'user-agent': 'test' };
  const response = await fetch(`${github.url}${path}`, { headers });
  return { status: response.status, body: await response.json() };
}

test('a person sees what he was given through the App, with his permissions, as GitHub describes it', async () => {
  const token = github.createUserToken('rita');
  const { installationId } = github.app;
  expect((await ask(token, '/user/installations')).body).toMatchObject({
    total_count: 1,
    installations: [{ id: installationId, account: { login: 'acme' } }],
  });
  expect((await ask(token, `/user/installations/${installationId}/repositories`)).body).toMatchObject({
    total_count: 1,
    repositories: [{ name: 'shop', permissions: { pull: true, triage: true, push: false, admin: false } }],
  });
  expect((await ask(token, '/user/memberships/orgs/acme')).body).toMatchObject({
    state: 'active',
    role: 'member',
  });
  const stranger = github.createUserToken('sam');
  expect((await ask(stranger, '/user/installations')).body).toMatchObject({ total_count: 0 });
  expect((await ask(stranger, '/user/memberships/orgs/acme')).status).toBe(404);
  github.revokeUserTokens('rita');
  expect((await ask(token, '/user')).status).toBe(401);
  expect(github.violations).toEqual([]);
});
