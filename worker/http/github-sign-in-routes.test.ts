import { env, exports } from 'cloudflare:workers';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { meAnswerSchema, membersAnswerSchema } from '../../protocol/people.ts';
import { accountOf } from '../account/account-of.ts';
import { FRESH_MS } from '../account/people/person-desk.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { cookieIn, type FakePerson, FakeSignIn, go, OWN } from './testing/fake-sign-in.ts';

const github = new FakeSignIn();
beforeAll(() => {
  github.install();
});
afterEach(() => {
  vi.useRealTimers();
  github.isDown = false;
  github.livesS = 28_800;
});

/** These numbers are nobody else's in what all test files share. */
let numbers = 951_000;
const next = () => {
  numbers += 1;
  return numbers;
};

function person(over: Partial<FakePerson['installations'][number]> = {}): FakePerson & { account: string } {
  const [id, owner, repository] = [next(), next(), next()];
  const account = { id: owner, login: `org-${owner}`, type: 'Organization' as const };
  const installation = {
    account,
    membership: 'member' as const,
    repositories: { [repository]: 'write' as const },
  };
  return {
    id,
    login: `person-${id}`,
    installations: [{ ...installation, ...over }],
    account: `github:${over.account?.id ?? owner}`,
  };
}

const get = (path: string, cookie: string) => exports.default.fetch(`${OWN}${path}`, { headers: { cookie } });
const asAdmin = (path: string, method: string, body: unknown = {}) =>
  exports.default.fetch(`${OWN}${path}`, {
    method,
    headers: { authorization: `Bearer ${TEST_ADMIN_KEY}`, 'content-type': 'application/json' },
    ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
  });
const me = async (cookie: string) => meAnswerSchema.parse(await (await get('/api/me', cookie)).json());
const firstRepository = ({ installations: [first] }: FakePerson) =>
  Number(Object.keys(first?.repositories ?? {})[0]);

/** As after so much time, with everything that was remembered in memory forgotten. */
function pass(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

describe('sign-in with GitHub', () => {
  it('lets somebody in with what GitHub gives him, and back to where he came from', async () => {
    const rita = person();
    const { cookie, location } = await github.signIn(rita, '/sessions/abc?x=1');
    expect(location).toBe('/sessions/abc?x=1');
    expect(await me(cookie)).toEqual({
      login: rita.login,
      id: rita.id,
      proof: 'browser',
      isDeploymentAdmin: false,
      accounts: [
        {
          account: rita.account,
          role: null,
          repositories: [{ id: firstRepository(rita), role: 'operator' }],
        },
      ],
    });
    const entries = await accountOf(env, rita.account).audit.after(0, 10);
    expect(entries).toMatchObject([
      { action: 'person.signed_in', actor: { kind: 'browser', id: `github:${rita.id}`, name: rita.login } },
    ]);
  });

  it('makes an owner the admin of his account and of all that is in it, and of nothing else', async () => {
    const olga = person({ membership: 'admin' });
    const { cookie } = await github.signIn(olga);
    expect((await me(cookie)).accounts).toEqual([
      { account: olga.account, role: 'admin', repositories: 'all' },
    ]);
    expect((await get(`/api/keys?account=${olga.account}`, cookie)).status).toBe(200);
    expect((await get('/api/keys?account=local', cookie)).status).toBe(404);
  });

  it('lets a member and an outside collaborator see their repositories, and nothing of the account', async () => {
    const [member, collaborator] = [person(), person()];
    delete collaborator.installations[0]?.membership;
    for (const one of [member, collaborator]) {
      const { cookie } = await github.signIn(one);
      expect((await me(cookie)).accounts).toMatchObject([
        { role: null, repositories: [{ role: 'operator' }] },
      ]);
      expect((await get('/api/runners', cookie)).status).toBe(403);
    }
  });

  it('sends away who reaches nothing, without a cookie', async () => {
    const stranger = { ...person(), installations: [] };
    expect(await github.signIn(stranger)).toEqual({ cookie: '', location: '/#sign-in-failed=no_access' });
  });

  it('takes nobody back whose browser did not ask for it, or asked long ago, or asked twice', async () => {
    const rita = person();
    github.people.set(rita.id, rita);
    const start = await go('/api/sign-in/github');
    const kept = cookieIn(start);
    const asked = new URL(start.headers.get('location') ?? '');
    const back = github.agree(asked, rita.id);
    const withoutCookie = await go(`${back.pathname}${back.search}`);
    expect(withoutCookie.headers.get('location')).toBe('/#sign-in-failed=expired');
    const otherState = new URL(back);
    otherState.searchParams.set('state', 'another');
    const refused = await go(`${otherState.pathname}${otherState.search}`, kept);
    expect(refused.headers.get('location')).toBe('/#sign-in-failed=refused');
    expect(cookieIn(refused)).not.toContain('signalbox_session');
    const denied = `${back.pathname}?error=access_denied&state=${asked.searchParams.get('state')}`;
    expect((await go(denied, kept)).headers.get('location')).toBe('/#sign-in-failed=refused');
    pass(11 * 60_000);
    const late = await go(`${back.pathname}${back.search}`, kept);
    expect(late.headers.get('location')).toBe('/#sign-in-failed=expired');
  });

  it('sends nobody to another site', async () => {
    for (const elsewhere of [
      'https://evil.example/',
      '//evil.example/',
      '/\\evil.example',
      'javascript:alert(1)',
    ]) {
      expect((await github.signIn(person(), elsewhere)).location).toBe('/');
    }
  });

  it('proves itself to GitHub with its secret and a verifier that fits the challenge', async () => {
    await github.signIn(person());
    const form = github.exchanges.at(-1);
    expect(Object.fromEntries(form ?? [])).toMatchObject({
      client_id: 'Iv23litest',
      redirect_uri: `${OWN}/api/sign-in/github/callback`,
      code_verifier: expect.stringMatching(/^[\w-]{43}$/),
    });
  });
});

describe('what somebody reaches', () => {
  it('follows GitHub within five minutes', async () => {
    const rita = person();
    const { cookie } = await github.signIn(rita);
    const lost = rita.installations[0];
    if (lost === undefined) throw new Error('There is no installation.');
    lost.repositories = { [next()]: 'read' };
    vi.useFakeTimers({ toFake: ['Date'] });
    pass(FRESH_MS - 20_000);
    expect((await me(cookie)).accounts[0]?.repositories).toMatchObject([{ role: 'operator' }]);
    pass(30_000);
    expect((await me(cookie)).accounts[0]?.repositories).toEqual([
      { id: firstRepository(rita), role: 'viewer' },
    ]);
  });

  it('holds for half an hour while GitHub is down, and no longer', async () => {
    const { cookie } = await github.signIn(person());
    github.isDown = true;
    vi.useFakeTimers({ toFake: ['Date'] });
    pass(20 * 60_000);
    expect((await get('/api/me', cookie)).status).toBe(200);
    pass(11 * 60_000);
    const refused = await get('/api/me', cookie);
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'github_unavailable' }]);
  });

  it('ends when the person ends the App on GitHub', async () => {
    const rita = person();
    const { cookie } = await github.signIn(rita);
    github.revoke(rita.id);
    vi.useFakeTimers({ toFake: ['Date'] });
    pass(FRESH_MS + 10_000);
    expect((await get('/api/me', cookie)).status).toBe(401);
  });

  it('is asked for with a new token when the old one has expired', async () => {
    github.livesS = 600;
    const { cookie } = await github.signIn(person());
    vi.useFakeTimers({ toFake: ['Date'] });
    pass(11 * 60_000);
    expect((await get('/api/me', cookie)).status).toBe(200);
    expect(github.exchanges.at(-1)?.get('grant_type')).toBe('refresh_token');
  });

  it('is asked for once by many requests at the same time', async () => {
    const { cookie } = await github.signIn(person());
    vi.useFakeTimers({ toFake: ['Date'] });
    pass(FRESH_MS + 10_000);
    github.asked.length = 0;
    await Promise.all(Array.from({ length: 8 }, () => get('/api/me', cookie)));
    expect(github.asked.filter((path) => path === '/user/installations')).toHaveLength(1);
  });
});

describe('a role that an admin has set', () => {
  it("replaces GitHub's for the account and for what GitHub shows of it, until it is unset", async () => {
    const rita = person();
    const { cookie } = await github.signIn(rita);
    const path = `/api/members/${rita.id}?account=${rita.account}`;
    expect((await asAdmin(path, 'PUT', { role: 'admin' })).status).toBe(200);
    expect((await me(cookie)).accounts).toEqual([
      { account: rita.account, role: 'admin', repositories: [{ id: firstRepository(rita), role: 'admin' }] },
    ]);
    const listed = await asAdmin(`/api/members?account=${rita.account}`, 'GET');
    expect(membersAnswerSchema.parse(await listed.json()).items).toMatchObject([
      { id: rita.id, login: rita.login, role: 'admin', githubRole: null, setBy: 'admin' },
    ]);
    expect((await asAdmin(path, 'DELETE')).status).toBe(204);
    expect((await me(cookie)).accounts).toMatchObject([{ role: null }]);
    expect((await asAdmin(path, 'DELETE')).status).toBe(404);
  });

  it('of "none" shuts somebody out whom GitHub would let in', async () => {
    const rita = person();
    const { cookie } = await github.signIn(rita);
    await asAdmin(`/api/members/${rita.id}?account=${rita.account}`, 'PUT', { role: 'none' });
    expect((await get('/api/me', cookie)).status).toBe(403);
    expect((await github.signIn(rita)).location).toBe('/#sign-in-failed=no_access');
  });

  it('lets somebody into the account of one machine, who has nothing there on GitHub', async () => {
    const stranger = { ...person(), installations: [] };
    await asAdmin(`/api/members/${stranger.id}?account=local`, 'PUT', {
      role: 'viewer',
      login: stranger.login,
    });
    const { cookie } = await github.signIn(stranger);
    expect((await me(cookie)).accounts).toEqual([{ account: 'local', role: 'viewer', repositories: 'all' }]);
    await asAdmin(`/api/members/${stranger.id}?account=local`, 'DELETE');
  });

  it('does not let an admin of some repositories make a key for all of them', async () => {
    const rita = person();
    const { cookie } = await github.signIn(rita);
    await asAdmin(`/api/members/${rita.id}?account=${rita.account}`, 'PUT', { role: 'admin' });
    const make = (repositories: unknown) =>
      exports.default.fetch(`${OWN}/api/keys`, {
        method: 'POST',
        headers: { cookie, origin: OWN, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'mine', role: 'operator', repositories }),
      });
    expect((await make('all')).status).toBe(403);
    expect((await make([next()])).status).toBe(404);
    expect((await make([firstRepository(rita)])).status).toBe(201);
  });
});
