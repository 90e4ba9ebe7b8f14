import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../app.ts';
import { configOf } from '../config.ts';
import { fleetOf } from '../http/durable-objects.ts';
import type { Route } from '../http/route.ts';
import { createLogger } from '../logger.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { SOME_OPERATION } from '../testing/some-operation.ts';
import { startBrowserSession } from './browser-session.ts';
import { signTicket, type TicketClaims } from './ticket.ts';

const SESSION = '0f8fad5b-d9cb-469f-a165-70867728950e';
const RUNNER = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const OWN = 'http://localhost:8787';

/** A route of each kind; what a handler got from its guard is the answer. */
const routes: Route[] = [
  {
    method: 'POST',
    path: '/sign-in',
    access: 'public',
    needs: null,
    operation: SOME_OPERATION,
    handle: async (c) => {
      const ageMs = Number(c.req.query('age') ?? 0);
      await startBrowserSession(c, env.SIGNALBOX_SECRET, c.req.query('url') ?? OWN, Date.now() - ageMs);
      return c.body(null, 204);
    },
  },
  {
    method: 'GET',
    path: '/admin',
    access: 'user',
    needs: 'admin',
    operation: SOME_OPERATION,
    handle: (c, admin) => c.json(admin),
  },
  {
    method: 'POST',
    path: '/admin',
    access: 'user',
    needs: 'admin',
    operation: SOME_OPERATION,
    handle: (c, admin) => c.json(admin),
  },
  {
    method: 'GET',
    path: '/jobs/:id/:number',
    access: 'ticket',
    needs: null,
    operation: SOME_OPERATION,
    handle: (c, claims) => c.json(claims),
  },
  {
    method: 'POST',
    path: '/hook',
    access: 'signature',
    needs: null,
    operation: SOME_OPERATION,
    handle: (c, body) => c.json(body),
  },
];
const app = createApp(
  routes,
  createLogger({}, () => undefined),
);

const request = (path: string, init?: RequestInit, bindings = env) =>
  app.request(`${OWN}${path}`, init, bindings);

async function signIn(query = ''): Promise<string> {
  const response = await request(`/sign-in${query}`, { method: 'POST' });
  return response.headers.get('set-cookie') ?? '';
}
const cookieOf = (setCookie: string) => setCookie.split(';', 1)[0] ?? '';

describe('admin routes', () => {
  it('take the admin key', async () => {
    const response = await request('/admin', { headers: { authorization: `Bearer ${TEST_ADMIN_KEY}` } });
    expect(await response.json()).toMatchObject({ source: 'api', person: { login: 'admin' } });
  });

  it('take a signed-in browser, and tell it from the key', async () => {
    const response = await request('/admin', { headers: { cookie: cookieOf(await signIn()) } });
    expect(await response.json()).toMatchObject({ source: 'dashboard' });
  });

  it('set a cookie that scripts and other sites can not use', async () => {
    expect(await signIn()).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/i);
    expect(await signIn('?url=https://box.example')).toMatch(/; Secure/i);
  });

  it('refuse a session that has expired or was tampered with', async () => {
    const expired = cookieOf(await signIn(`?age=${25 * 60 * 60_000}`));
    const good = cookieOf(await signIn());
    const later = good.replace(/\.(\d{13})/, (_all, at) => `.${Number(at) + 1}`);
    expect(later).not.toBe(good);
    for (const cookie of [expired, later, 'signalbox_session=']) {
      expect((await request('/admin', { headers: { cookie } })).status).toBe(401);
    }
  });

  it.each([
    ['from our own page', { origin: OWN }, 200],
    ['from another site', { origin: 'https://evil.example' }, 403],
    ['from a sandboxed frame', { origin: 'null' }, 403],
    ['without an origin', {}, 403],
  ])('judge a write of a signed-in browser %s', async (_case, headers, status) => {
    const cookie = cookieOf(await signIn());
    expect((await request('/admin', { method: 'POST', headers: { ...headers, cookie } })).status).toBe(
      status,
    );
  });

  it('refuse a socket that another site opens with the cookie', async () => {
    const cookie = cookieOf(await signIn());
    const socket = { upgrade: 'websocket', cookie };
    expect((await request('/admin', { headers: { ...socket, origin: 'https://evil.example' } })).status).toBe(
      403,
    );
    expect((await request('/admin', { headers: { ...socket, origin: OWN } })).status).toBe(200);
  });

  it('refuse a read that the script or the event stream of another site sends with the cookie', async () => {
    const cookie = cookieOf(await signIn());
    const read = async (headers: Record<string, string>) =>
      (await request('/admin', { headers: { cookie, accept: 'text/event-stream', ...headers } })).status;
    expect(await read({ origin: 'https://evil.example' })).toBe(403);
    expect(await read({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await read({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toBe(200);
    expect(await read({ 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await read({ origin: OWN })).toBe(200);
  });

  it.each([
    ['application/json', 200],
    ['application/json; charset=utf-8', 200],
    ['application/merge-patch+json', 200],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['text/plain; application/json', 415],
    ['application/jsonx', 415],
  ])('judge a body of a signed-in browser by its content type: %s', async (type, status) => {
    const headers = { cookie: cookieOf(await signIn()), origin: OWN, 'content-type': type };
    expect((await request('/admin', { method: 'POST', headers, body: '{}' })).status).toBe(status);
  });
});

describe('ticket routes', () => {
  let claims: TicketClaims;
  beforeAll(async () => {
    const { id } = await fleetOf(env, 'local').registerRunner('local', 'den');
    const expiresAt = Date.now() + 60_000;
    claims = { sessionId: SESSION, taskNumber: 1, epoch: 2, runnerId: id, account: 'local', expiresAt };
  });

  async function tryTicket(over: Partial<TicketClaims>, secret = env.SIGNALBOX_SECRET) {
    const ticket = await signTicket(secret, { ...claims, ...over });
    return request(`/jobs/${SESSION}/1`, { headers: { authorization: `Bearer ${ticket}` } });
  }

  it('take a ticket for exactly this task', async () => {
    expect(await (await tryTicket({})).json()).toEqual(claims);
  });

  it('refuse one for another task, session or runner, an expired one and a forged one', async () => {
    const refused = [
      await tryTicket({ taskNumber: 2 }),
      await tryTicket({ sessionId: RUNNER }),
      await tryTicket({ expiresAt: 1 }),
      await tryTicket({ runnerId: RUNNER }),
      await tryTicket({ account: 'github:1' }),
      await tryTicket({}, 'another secret of the same length as the right one'),
    ];
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401]);
  });
});

describe('webhook routes', () => {
  const secret = 'webhook-secret';
  const bindings = {
    ...env,
    GITHUB_APP_ID: '1',
    GITHUB_PRIVATE_KEY: '-----BEGIN PRIVATE KEY-----',
    GITHUB_WEBHOOK_SECRET: secret,
  };
  const body = '{"zen":"Ünïcode"}';

  it('take a body that GitHub signed, and give the handler exactly that', async () => {
    expect(configOf(bindings).githubApp?.appId).toBe(1);
    const response = await request(
      '/hook',
      { method: 'POST', body, headers: { 'x-hub-signature-256': await sign(secret, body) } },
      bindings,
    );
    expect(await response.json()).toEqual({ text: body });
  });

  it('refuse a body that was changed, a wrong secret and a malformed signature', async () => {
    const attempts = [
      [`${body} `, await sign(secret, body)],
      [body, await sign('wrong', body)],
      [body, (await sign(secret, body)).toUpperCase()],
      [body, 'sha1=abc'],
    ] as const;
    for (const [text, signature] of attempts) {
      const headers = { 'x-hub-signature-256': signature };
      expect((await request('/hook', { method: 'POST', body: text, headers }, bindings)).status).toBe(401);
    }
  });
});

async function sign(secret: string, text: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign']);
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text)));
  return `sha256=${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
