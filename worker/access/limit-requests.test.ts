import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { problemSchema } from '../../protocol/problem.ts';
import { createApp } from '../app.ts';
import { unauthorizedProblem } from '../http/problem.ts';
import type { Route } from '../http/route.ts';
import { createLogger } from '../logger.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { SOME_OPERATION } from '../testing/some-operation.ts';
import { startBrowserSession } from './browser-session.ts';

const OWN = 'http://localhost:8787';
const LIMITS = { RATE_LIMIT_PER_KEY: '3', RATE_LIMIT_PER_NETWORK: '2', RATE_LIMIT_FAILURES: '2' };
const ADMIN = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
const WRONG = { authorization: 'Bearer sba_wrong' };

const routes: Route[] = [
  {
    method: 'GET',
    path: '/open',
    access: 'public',
    needs: null,
    operation: SOME_OPERATION,
    handle: (c) => c.json({}),
  },
  {
    method: 'POST',
    path: '/sign-in',
    access: 'public',
    needs: null,
    operation: SOME_OPERATION,
    handle: async (c) => {
      const given = await c.req.text();
      if (given !== 'right') throw unauthorizedProblem('Wrong token.', 'Ask for another.');
      await startBrowserSession(c, env.SIGNALBOX_SECRET, OWN, Date.now());
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
    path: '/hook',
    access: 'signature',
    needs: null,
    operation: SOME_OPERATION,
    handle: (c, body) => c.json(body),
  },
  {
    method: 'GET',
    path: '/jobs/:id/:number',
    access: 'ticket',
    needs: null,
    operation: SOME_OPERATION,
    handle: (c) => c.json({}),
  },
];

/** An app of its own, so that each test starts with full allowances. */
function newApp(limits: Partial<typeof LIMITS> = LIMITS) {
  const app = createApp(
    routes,
    createLogger({}, () => undefined),
  );
  const bindings = { ...env, ...limits };
  return async (path: string, init: RequestInit = {}, network = '192.0.2.1') => {
    const headers = new Headers(init.headers);
    headers.set('cf-connecting-ip', network);
    return app.request(`${OWN}${path}`, { ...init, headers }, bindings);
  };
}

const statuses = async (...calls: (() => Response | Promise<Response>)[]) => {
  const seen: number[] = [];
  for (const call of calls) seen.push((await call()).status);
  return seen;
};

async function sign(text: string): Promise<string> {
  const encoder = new TextEncoder();
  const secret = encoder.encode(env.GITHUB_WEBHOOK_SECRET);
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text)));
  return `sha256=${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

describe('a key', () => {
  it('has an allowance of its own, whatever the network', async () => {
    const call = newApp();
    const asAdmin = (network: string) => () => call('/admin', { headers: ADMIN }, network);
    expect(await statuses(asAdmin('a'), asAdmin('b'), asAdmin('c'), asAdmin('d'))).toEqual([
      200, 200, 200, 429,
    ]);
  });

  it('is told in a problem document when to come back', async () => {
    const call = newApp({ RATE_LIMIT_PER_KEY: '1' });
    await call('/admin', { headers: ADMIN });
    const refused = await call('/admin', { headers: ADMIN });
    expect(problemSchema.parse(await refused.json())).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
  });
});

describe('a stranger', () => {
  it('has the allowance of its network, for open, unknown and guarded addresses together', async () => {
    const call = newApp();
    expect(
      await statuses(
        () => call('/open'),
        () => call('/nowhere'),
        () => call('/admin'),
      ),
    ).toEqual([200, 404, 429]);
    expect((await call('/open', {}, '192.0.2.2')).status).toBe(200);
  });

  it('takes nothing from those who have a key', async () => {
    const call = newApp();
    for (let index = 0; index < 5; index += 1) await call('/nowhere', { method: 'PUT' });
    expect((await call('/admin', { headers: ADMIN })).status).toBe(200);
  });
});

describe('failed attempts', () => {
  it('stop a network before another credential is even looked at, and only that network', async () => {
    const call = newApp();
    const guess = (n: number) => () => call('/admin', { headers: { authorization: `Bearer sba_${n}` } });
    expect(await statuses(guess(1), guess(2), guess(3))).toEqual([401, 401, 429]);
    expect((await call('/admin', { headers: ADMIN })).status).toBe(429);
    expect((await call('/admin', { headers: ADMIN }, '192.0.2.2')).status).toBe(200);
  });

  it('with one-time tokens count as well, apart from those with keys', async () => {
    const call = newApp({ ...LIMITS, RATE_LIMIT_PER_NETWORK: '0' });
    const signIn = (body: string) => () => call('/sign-in', { method: 'POST', body });
    expect(await statuses(signIn('1'), signIn('2'), signIn('right'))).toEqual([401, 401, 429]);
    expect((await call('/admin', { headers: ADMIN })).status).toBe(200);
  });

  it('are not what callers without any credential do, such as a page that is signed out', async () => {
    const call = newApp({ ...LIMITS, RATE_LIMIT_PER_NETWORK: '0' });
    for (let index = 0; index < 5; index += 1) expect((await call('/admin')).status).toBe(401);
    expect((await call('/admin', { headers: ADMIN })).status).toBe(200);
  });

  it('with a forged cookie count', async () => {
    const call = newApp();
    const forged = { cookie: 'a=b; signalbox_session=browser-session.99999999999999.forged' };
    const attempt = () => call('/admin', { headers: forged });
    expect(await statuses(attempt, attempt, attempt)).toEqual([401, 401, 429]);
  });
});

describe('what is signed', () => {
  it('is taken from GitHub however much comes, also after somebody sent wrong signatures from there', async () => {
    const call = newApp();
    const send = (signature: string) => () =>
      call('/hook', { method: 'POST', body: '{}', headers: { 'x-hub-signature-256': signature } });
    const wrong = send(`sha256=${'0'.repeat(64)}`);
    expect(await statuses(wrong, wrong, wrong, wrong)).toEqual([401, 401, 429, 429]);
    const right = send(await sign('{}'));
    for (let index = 0; index < 10; index += 1) expect((await right()).status).toBe(200);
  });

  it('costs a flood of expired tickets nothing but the answer', async () => {
    const call = newApp();
    const attempt = () => call('/jobs/1/1', { headers: WRONG });
    expect(await statuses(attempt, attempt, attempt)).toEqual([401, 401, 429]);
  });
});

it('has no limit where the settings say 0', async () => {
  const call = newApp({ RATE_LIMIT_PER_KEY: '0', RATE_LIMIT_PER_NETWORK: '0', RATE_LIMIT_FAILURES: '0' });
  for (let index = 0; index < 50; index += 1) {
    expect((await call('/admin', { headers: WRONG })).status).toBe(401);
  }
});
