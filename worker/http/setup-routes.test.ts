import { createExecutionContext, env, runInDurableObject, waitOnExecutionContext } from 'cloudflare:test';
import { Webhooks } from '@octokit/webhooks';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { partsViewSchema } from '../../protocol/now.ts';
import { accountOf } from '../account/account-of.ts';
import { createApp } from '../app.ts';
import type { Env } from '../env.ts';
import { createLogger } from '../logger.ts';
import { APP_KEEPER, appOf, forgetApp } from '../read-app.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { eventually } from '../testing/eventually.ts';
import { ROUTES } from './routes.ts';
import { OWN } from './testing/fake-sign-in.ts';

const WEB = 'https://github.test';
const API = 'https://api.github.test';
const SECRET = 'made-by-github-0123456789';
const app = createApp(ROUTES, createLogger({ part: 'test' }));

/** A deployment whose settings name no App. */
const {
  GITHUB_APP_ID: _id,
  GITHUB_PRIVATE_KEY: key = '',
  GITHUB_WEBHOOK_SECRET: _secret,
  GITHUB_CLIENT_ID: _client,
  GITHUB_CLIENT_SECRET: _clientSecret,
  ...rest
} = env;
const bare: Env = { ...rest, RATE_LIMIT_FAILURES: '3' };

const OWNER = { id: 957_001, login: 'octo-957001', type: 'Organization' };
let installations: object[] = [];
const conversions: string[] = [];

beforeAll(() => {
  const original = globalThis.fetch;
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return url.origin === API ? answer(url.pathname) : original(input, init);
  });
});
beforeEach(async () => {
  await accountOf(env, APP_KEEPER).githubApp.forget();
  forgetApp(bare);
  installations = [];
  conversions.length = 0;
});

function answer(path: string): Response {
  const [, code] = /^\/app-manifests\/(.+)\/conversions$/.exec(path) ?? [];
  if (code !== undefined) {
    conversions.push(code);
    if (code !== 'good-code') return Response.json({ message: 'Not Found' }, { status: 404 });
    return Response.json(
      {
        id: 4711,
        slug: 'box-of-acme',
        name: 'Box of Acme',
        html_url: `${WEB}/apps/box-of-acme`,
        pem: key,
        webhook_secret: SECRET,
        client_id: 'Iv23limade',
        client_secret: 'made-client-secret',
      },
      { status: 201 },
    );
  }
  if (path === '/app') return Response.json({ slug: 'box-of-acme', html_url: `${WEB}/apps/box-of-acme` });
  if (path === '/app/installations') return Response.json(installations);
  if (path === '/installation/repositories') return Response.json({ total_count: 0, repositories: [] });
  if (path.endsWith('/access_tokens')) {
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    return Response.json({ token: 'ghs_test', expires_at, permissions: {} }, { status: 201 });
  }
  return Response.json({ message: 'Not Found' }, { status: 404 });
}

async function call(path: string, init: RequestInit = {}, using: Env = bare): Promise<Response> {
  const ctx = createExecutionContext();
  const headers = { accept: 'text/html', ...Object.fromEntries(new Headers(init.headers)) };
  const response = await app.fetch(new Request(`${OWN}${path}`, { ...init, headers }), using, ctx);
  await waitOnExecutionContext(ctx);
  return response;
}

const form = (path: string, fields: Record<string, string>, headers: Record<string, string>) =>
  call(path, { method: 'POST', body: new URLSearchParams(fields), headers });

async function signedIn(): Promise<string> {
  const response = await form('/setup/sign-in', { key: TEST_ADMIN_KEY }, { origin: OWN });
  expect(response.status).toBe(303);
  return response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
}

const show = async (cookie: string, query = '') =>
  (await call(`/setup${query}`, { headers: { cookie } })).text();

/** What the form on the page would send to GitHub. */
function formOf(html: string): { action: URL; manifest: Record<string, unknown> } {
  const plain = (text = '') => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  const [, action] = /<form method="post" action="(https:[^"]+)"/.exec(html) ?? [];
  const [, manifest] = /name="manifest" value="([^"]+)"/.exec(html) ?? [];
  return { action: new URL(plain(action)), manifest: JSON.parse(plain(manifest)) };
}

async function created(cookie: string, code = 'good-code'): Promise<Response> {
  const { action } = formOf(await show(cookie, '?owner=acme&name=Box'));
  const state = action.searchParams.get('state') ?? '';
  return call(`/setup/github/created?${new URLSearchParams({ code, state })}`, { headers: { cookie } });
}

describe('the set-up page', () => {
  it('is for the admin of the deployment alone, who signs in with his key', async () => {
    const stranger = await call('/setup');
    expect([stranger.status, stranger.headers.get('location')]).toEqual([303, '/setup/sign-in']);
    expect(
      (await call('/setup', { headers: { authorization: `Bearer ${TEST_ADMIN_KEY}`, accept: '*/*' } }))
        .status,
    ).toBe(401);
    const foreign = await form('/setup/sign-in', { key: TEST_ADMIN_KEY }, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    const cookie = await signedIn();
    expect(await show(cookie)).toContain('Create the GitHub App');
    const forged = await form(
      '/setup/runner',
      { account: 'local' },
      { cookie, origin: 'https://evil.example' },
    );
    expect(forged.status).toBe(403);
  });

  it('stops a network that guesses admin keys', async () => {
    const address = { origin: OWN, 'cf-connecting-ip': '203.0.113.57' };
    const statuses = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      statuses.push((await form('/setup/sign-in', { key: `guess-${attempt}` }, address)).status);
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
  });

  it('asks GitHub for an App with the addresses of this deployment and the state of this browser', async () => {
    const cookie = await signedIn();
    const own = formOf(await show(cookie, '?owner=&name=Box'));
    expect(`${own.action.origin}${own.action.pathname}`).toBe(`${WEB}/settings/apps/new`);
    const { action, manifest } = formOf(await show(cookie, '?owner=acme&name=Box'));
    expect(action.pathname).toBe('/organizations/acme/settings/apps/new');
    expect(action.searchParams.get('state')).toMatch(/^[\w-]+\.[\w-]+$/);
    expect(manifest).toMatchObject({
      name: 'Box',
      public: false,
      hook_attributes: { url: `${OWN}/api/github/webhooks`, active: true },
      redirect_url: `${OWN}/setup/github`,
    });
  });

  it('lets the browser come back from GitHub by way of a page of its own, which alone brings the cookie', async () => {
    const back = await call('/setup/github?code=abc&state=x.y');
    expect(await back.text()).toContain('url=/setup/github/created?code=abc&amp;state=x.y');
    const strange = await call('/setup/github?code=abc&state=%22%3E%3Cscript%3E');
    expect(await strange.text()).toContain('content="0;url=/setup"');
  });
});

describe('an App that was made of the manifest', () => {
  it('is stored encrypted, serves at once, and is in the audit log without its secrets', async () => {
    const cookie = await signedIn();
    const response = await created(cookie);
    expect([response.status, response.headers.get('location')]).toEqual([303, '/setup']);
    expect(await appOf(bare)).toMatchObject({
      source: 'stored',
      botName: 'box-of-acme',
      githubApp: { appId: 4711, webhookSecret: SECRET, apiUrl: API },
      githubSignIn: { clientId: 'Iv23limade', webUrl: WEB },
    });
    const keeper = env.ACCOUNT.get(env.ACCOUNT.idFromName(APP_KEEPER));
    const kept = await runInDurableObject(keeper, (_object, state) => state.storage.kv.get('github_app'));
    expect(kept).toMatch(/^[\w-]+\.[\w-]+$/);
    const entries = await accountOf(env, APP_KEEPER).audit.after(0, 500);
    expect(entries.map(({ action }) => action)).toContain('github_app.created');
    expect(JSON.stringify(entries)).not.toContain(SECRET);
    expect(await show(cookie)).toContain(`${WEB}/apps/box-of-acme/installations/new`);
  });

  it('is one of the parts that an overview tells of', async () => {
    const cookie = await signedIn();
    const gitHub = async () => {
      const response = await call('/api/parts?account=github:957001', { headers: { cookie } });
      return partsViewSchema.parse(await response.json()).parts.find(({ name }) => name === 'github')?.status;
    };
    expect(await gitHub()).toBe('off');
    await created(cookie);
    expect(await gitHub()).toBe('unknown');
  });

  it('is refused to a browser that did not ask for it, and the code is not even looked at', async () => {
    const [cookie, other] = [await signedIn(), await signedIn()];
    const { action } = formOf(await show(cookie, '?name=Box'));
    const state = action.searchParams.get('state') ?? '';
    for (const [asked, by] of [
      [state, other],
      ['made.up', cookie],
    ] as const) {
      const path = `/setup/github/created?${new URLSearchParams({ code: 'good-code', state: asked })}`;
      const page = await call(path, { headers: { cookie: by } });
      expect(await page.text()).toContain('This browser did not ask GitHub for this App');
    }
    expect(conversions).toEqual([]);
  });

  it('is not replaced by another, and a spent code is named', async () => {
    const cookie = await signedIn();
    expect(await (await created(cookie, 'spent-code')).text()).toContain('GitHub does not know the code');
    const { action } = formOf(await show(cookie, '?name=Box'));
    await created(cookie);
    const state = action.searchParams.get('state') ?? '';
    const again = `/setup/github/created?${new URLSearchParams({ code: 'good-code', state })}`;
    expect(await (await call(again, { headers: { cookie } })).text()).toContain('There is an App already');
    expect(conversions).toEqual(['spent-code', 'good-code']);
    await form('/setup/github/forget', {}, { cookie, origin: OWN });
    expect((await appOf(bare)).source).toBe('none');
  });

  it('gives way to the one that the settings of the Worker name', async () => {
    await created(await signedIn());
    expect(await appOf(env)).toMatchObject({
      source: 'settings',
      githubApp: { appId: 4711 },
      botName: 'signalbox',
    });
  });

  it('is heard with its own webhook secret, and the steps tick', async () => {
    const cookie = await signedIn();
    await created(cookie);
    const account = `github:${OWNER.id}`;
    installations = [{ id: 957, account: OWNER, suspended_at: null }];
    expect(await show(cookie)).toContain('Waiting for the first webhook');
    const body = JSON.stringify({
      action: 'created',
      installation: { id: 957, account: OWNER },
      repositories: [],
      sender: OWNER,
    });
    const deliver = async (secret: string) =>
      call('/api/github/webhooks', {
        method: 'POST',
        body,
        headers: {
          'x-github-event': 'installation',
          'x-github-delivery': crypto.randomUUID(),
          'x-hub-signature-256': await new Webhooks({ secret }).sign(body),
        },
      });
    expect((await deliver('another-secret')).status).toBe(401);
    expect((await deliver(SECRET)).status).toBe(202);
    await eventually(async () => {
      expect(await show(cookie)).toContain(`Webhooks arrive from ${OWNER.login}`);
    });
    const page = await (await form('/setup/runner', { account }, { cookie, origin: OWN })).text();
    const [, token = ''] = /SIGNALBOX_REGISTRATION_TOKEN=(\S+)/.exec(page) ?? [];
    const registered = await call('/api/runners/register', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ nonce: 'yWZ1m5kq0pC3rXr8T1lq2A', name: 'first' }),
    });
    expect(registered.status).toBe(201);
    expect(await show(cookie)).toContain('1 registered, none connected');
    expect(await show(cookie)).not.toContain(token);
  });
});
