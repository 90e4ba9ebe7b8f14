import { env, exports } from 'cloudflare:workers';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { meAnswerSchema, oidcTokenAnswerSchema } from '../../protocol/people.ts';
import { accountOf } from '../account/account-of.ts';
import { openRecord } from '../record/open-record.ts';
import { writeRecord } from '../record/write-record.ts';

const OWN = 'http://localhost:8787';
const ISSUER = 'https://oidc.github.test';

const rightKeys = await generateKeyPair('RS256', { extractable: true });
const otherKeys = await generateKeyPair('RS256', { extractable: true });
let isDown = false;

/** The issuer of GitHub Actions at the network border. */
beforeAll(async () => {
  const original = globalThis.fetch;
  const key = { ...(await exportJWK(rightKeys.publicKey)), kid: 'right', alg: 'RS256', use: 'sig' };
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const url = input instanceof Request ? input.url : String(input);
    if (!url.startsWith(ISSUER)) return original(input, init);
    return isDown ? new Response('down', { status: 503 }) : Response.json({ keys: [key] });
  });
});

/** These numbers are nobody else's in the record that all test files share. */
let numbers = 952_000;
const next = () => {
  numbers += 1;
  return numbers;
};

async function newRepository() {
  const [id, owner] = [next(), next()];
  const account = `github:${owner}`;
  await writeRecord(openRecord(env), [
    {
      table: 'repositories',
      row: {
        id,
        account,
        installationId: 7,
        owner: `octo-${owner}`,
        name: 'app',
        cloneUrl: 'https://github.com/octo/app.git',
        htmlUrl: 'https://github.com/octo/app',
        defaultBranch: 'main',
        private: true,
        updatedAt: 1,
      },
    },
  ]);
  return { id, owner, account };
}

type Claims = Record<string, unknown>;
const claimsOf = ({ id, owner }: { id: number; owner: number }): Claims => ({
  jti: crypto.randomUUID(),
  repository: `octo-${owner}/app`,
  repository_id: String(id),
  repository_owner_id: String(owner),
  event_name: 'push',
  actor: 'octocat',
  actor_id: '583231',
  run_id: '77',
  iss: ISSUER,
  aud: OWN,
});

function sign(claims: Claims, key = rightKeys.privateKey, expires = '5m'): Promise<string> {
  const token = new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'right' });
  return token.setIssuedAt().setExpirationTime(expires).sign(key);
}

const exchange = (token: string) =>
  exports.default.fetch(`${OWN}/api/oidc/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });

describe("a workflow's token", () => {
  it('is not judged while the keys of its issuer can not be read', async () => {
    isDown = true;
    const response = await exchange(await sign(claimsOf(await newRepository())));
    isDown = false;
    expect([response.status, await response.json()]).toMatchObject([503, { code: 'github_unavailable' }]);
  });

  it('gives a key for its repository alone, which acts as who started the run', async () => {
    const repository = await newRepository();
    const response = await exchange(await sign(claimsOf(repository)));
    expect(response.status).toBe(201);
    const { key, expiresAt, account } = oidcTokenAnswerSchema.parse(await response.json());
    expect(account).toBe(repository.account);
    expect(Math.abs(expiresAt - Date.now() - 3_600_000)).toBeLessThan(10_000);
    const headers = { authorization: `Bearer ${key}` };
    const me = await exports.default.fetch(`${OWN}/api/me`, { headers });
    expect(meAnswerSchema.parse(await me.json())).toEqual({
      login: 'octocat',
      id: 583_231,
      proof: 'api_key',
      isDeploymentAdmin: false,
      accounts: [{ account, role: null, repositories: [{ id: repository.id, role: 'operator' }] }],
    });
    expect(await accountOf(env, account).audit.after(0, 5)).toMatchObject([
      { action: 'key.exchanged', actor: { kind: 'github', name: 'octocat' }, details: { event: 'push' } },
    ]);
  });

  it('is good once', async () => {
    const token = await sign(claimsOf(await newRepository()));
    expect((await exchange(token)).status).toBe(201);
    const again = await exchange(token);
    expect([again.status, await again.json()]).toMatchObject([409, { code: 'conflict' }]);
  });

  it.each<[string, (claims: Claims) => Promise<string>]>([
    ['of another issuer', (claims) => sign({ ...claims, iss: 'https://evil.example' })],
    ['for another audience', (claims) => sign({ ...claims, aud: 'https://github.com/octo' })],
    ['signed by another key', (claims) => sign(claims, otherKeys.privateKey)],
    ['that has expired', (claims) => sign(claims, rightKeys.privateKey, '-5m')],
    ['that names no repository', ({ repository_id: _left, ...claims }) => sign(claims)],
    [
      'that is not signed',
      async (claims) =>
        `${btoa('{"alg":"none"}').replaceAll('=', '')}.${btoa(JSON.stringify(claims)).replace(/[+/=]/g, '')}.x`,
    ],
  ])('%s is refused', async (_case, make) => {
    const response = await exchange(await make(claimsOf(await newRepository())));
    expect([response.status, await response.json()]).toMatchObject([401, { code: 'unauthorized' }]);
  });

  it('of an event that anybody can set off is refused', async () => {
    const claims = claimsOf(await newRepository());
    for (const event of ['pull_request_target', 'issue_comment', 'workflow_run', 'fork']) {
      const response = await exchange(await sign({ ...claims, event_name: event }));
      expect([response.status, await response.json()]).toMatchObject([403, { code: 'forbidden' }]);
    }
  });

  it('of a repository that the App does not reach, or that now belongs to another account, is refused', async () => {
    const repository = await newRepository();
    for (const other of [
      { id: next(), owner: repository.owner },
      { id: repository.id, owner: next() },
    ]) {
      const response = await exchange(await sign(claimsOf(other)));
      expect([response.status, await response.json()]).toMatchObject([422, { code: 'app_not_installed' }]);
    }
  });
});
