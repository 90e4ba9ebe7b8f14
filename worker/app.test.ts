import { env, exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { problemSchema } from '../protocol/problem.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { app, createApp } from './app.ts';
import { parseConfig } from './config.ts';
import { DEFAULT_BODY_BYTES, type Route } from './http/route.ts';
import { createLogger } from './logger.ts';
import { TEST_ADMIN_KEY } from './test-settings.ts';
import { SOME_OPERATION } from './testing/some-operation.ts';

const ADMIN = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
const SESSION = '0f8fad5b-d9cb-469f-a165-70867728950e';
const STREAMS: Record<string, string>[] = [{ upgrade: 'websocket' }, { accept: 'text/event-stream' }];

const call = (path: string, init?: RequestInit) =>
  exports.default.fetch(`http://localhost:8787${path}`, init);

async function problemOf(response: Response) {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return problemSchema.parse(await response.json());
}

describe('the app', () => {
  it('says that it lives, and no more', async () => {
    const response = await call('/healthz');
    expect(await response.json()).toEqual({
      status: 'ok',
      protocol: PROTOCOL_VERSION,
      now: expect.any(Number),
    });
  });

  it('sends security headers with every answer', async () => {
    for (const path of ['/healthz', '/api/nowhere', '/api/sessions']) {
      const { headers } = await call(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('strict-transport-security')).toBeNull();
    }
    const { headers } = await app.request('https://box.example/api/nowhere', {}, env);
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{8};/);
  });

  it('lets no other site read an answer: there is no CORS, whoever asks', async () => {
    const foreign = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    for (const [method, path] of [
      ['OPTIONS', '/api/sessions'],
      ['GET', '/healthz'],
      ['GET', '/api/sessions'],
    ] as const) {
      const { headers } = await call(path, { method, headers: { ...ADMIN, ...foreign } });
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('names the methods that an address takes, and answers HEAD without a body', async () => {
    const put = await call('/api/sessions', { method: 'PUT', headers: ADMIN });
    expect(put.headers.get('allow')).toBe('POST, GET, HEAD');
    expect(await problemOf(put)).toMatchObject({ status: 405, code: 'method_not_allowed' });
    expect((await call('/healthz', { method: 'OPTIONS' })).status).toBe(405);
    const head = await call('/healthz', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('opens no stream and no socket for HEAD', async () => {
    for (const headers of STREAMS) {
      const path = `/api/sessions/${SESSION}/events`;
      // Not through the network: the platform makes a GET of each upgrade.
      const response = await app.request(path, { method: 'HEAD', headers: { ...ADMIN, ...headers } }, env);
      expect(response.status).toBe(405);
    }
  });

  it('answers a stream of a session that does not exist with a problem', async () => {
    for (const headers of STREAMS) {
      const response = await call(`/api/sessions/${SESSION}/events`, { headers: { ...ADMIN, ...headers } });
      expect(await problemOf(response)).toMatchObject({ status: 404, code: 'not_found' });
    }
  });

  it.each([
    '//api/sessions',
    '/api/sessions/',
    '/api/./sessions/..',
    '/api/sessions%2f',
    '/API/sessions',
    '/api/%zz',
  ])('knows an address by one spelling only: %s is none', async (path) => {
    const response = await call(path, { headers: ADMIN });
    expect(await problemOf(response)).toMatchObject({ status: 404 });
  });

  it('answers an unknown address with a problem', async () => {
    const response = await call('/api/nowhere');
    expect(response.status).toBe(404);
    expect(await problemOf(response)).toMatchObject({
      code: 'not_found',
      detail: expect.stringContaining('/api/nowhere'),
    });
  });

  it('refuses a body beyond the limit', async () => {
    const response = await call('/api/sign-in', { method: 'POST', body: 'x'.repeat(DEFAULT_BODY_BYTES + 1) });
    expect(response.status).toBe(413);
    expect(await problemOf(response)).toMatchObject({ code: 'too_large' });
  });

  it('names each mistake of a body with its path', async () => {
    const response = await call('/api/sessions', {
      method: 'POST',
      headers: ADMIN,
      body: JSON.stringify({
        workspace: { type: 'local', path: 'relative' },
        options: { maxMinutes: 0 },
        extra: 1,
      }),
    });
    expect(response.status).toBe(422);
    const { errors } = await problemOf(response);
    expect(errors?.map(({ path }) => path)).toEqual(['workspace.path', 'options.maxMinutes', '(whole)']);
  });

  it('answers a body that is not JSON, and a query that does not parse, with 400', async () => {
    const malformed = await call('/api/sessions', { method: 'POST', headers: ADMIN, body: '{' });
    expect(await problemOf(malformed)).toMatchObject({ status: 400, code: 'malformed_json' });
    const badCursor = await call('/api/sessions?cursor=!!&limit=0', { headers: ADMIN });
    const problem = await problemOf(badCursor);
    expect(problem).toMatchObject({ status: 400, code: 'invalid_query' });
    expect(problem.errors?.map(({ path }) => path)).toEqual(['cursor', 'limit']);
  });

  it('says what to do when the record is down', async () => {
    // Nothing listens on the discard port.
    const down = { ...env, LIBSQL_URL: 'http://127.0.0.1:9' };
    const response = await app.request('/api/sessions', { headers: ADMIN }, down);
    expect(response.status).toBe(503);
    expect(await problemOf(response)).toMatchObject({ code: 'record_unavailable' });
  });

  it('takes no webhooks without a GitHub App, and says how to get one', async () => {
    const bare = { ...env };
    delete bare.GITHUB_APP_ID;
    delete bare.GITHUB_PRIVATE_KEY;
    delete bare.GITHUB_WEBHOOK_SECRET;
    const headers = { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` };
    const response = await app.request('/api/github/webhooks', { method: 'POST', headers }, bare);
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'app_not_configured' });
  });

  it('refuses an E2B workspace by name', async () => {
    const response = await call('/api/sessions', {
      method: 'POST',
      headers: ADMIN,
      body: JSON.stringify({ workspace: { type: 'e2b', template: 'base' } }),
    });
    expect(await problemOf(response)).toMatchObject({ status: 422, code: 'workspace_not_available' });
  });

  it('answers sessions and tasks that do not exist with 404', async () => {
    const paths = [
      `/api/sessions/${SESSION}`,
      '/api/sessions/none',
      `/api/tasks/${SESSION}.9`,
      '/api/tasks/none',
    ];
    for (const path of paths) {
      expect([path, (await call(path, { headers: ADMIN })).status]).toEqual([path, 404]);
    }
  });

  it('registers a runner, lets its socket in by the credential shown once, and removes it', async () => {
    const created = await call('/api/runners', {
      method: 'POST',
      headers: ADMIN,
      body: JSON.stringify({ name: 'den' }),
    });
    expect(created.status).toBe(201);
    const { id, credential } = await created.json<{ id: string; credential: string }>();
    const connect = () =>
      call('/api/runners/connect', {
        headers: { authorization: `Bearer ${credential}`, upgrade: 'websocket' },
      });
    const socket = await connect();
    expect(socket.status).toBe(101);
    socket.webSocket?.accept();
    expect(await (await call('/api/runners', { headers: ADMIN })).json()).toMatchObject({
      runners: [{ id, name: 'den', status: 'offline' }],
    });
    const plain = await call('/api/runners/connect', { headers: { authorization: `Bearer ${credential}` } });
    expect(plain.status).toBe(426);
    expect((await call(`/api/runners/${id}`, { method: 'DELETE', headers: ADMIN })).status).toBe(204);
    expect((await connect()).status).toBe(401);
    expect((await call(`/api/runners/${id}`, { method: 'DELETE', headers: ADMIN })).status).toBe(404);
  });

  it('never shows the inside of an error', async () => {
    const lines: string[] = [];
    const routes: Route[] = [
      {
        method: 'GET',
        path: '/boom',
        access: 'public',
        needs: null,
        operation: SOME_OPERATION,
        handle: () => {
          throw new Error('the inside');
        },
      },
    ];
    const broken = createApp(
      routes,
      createLogger({}, (_level, line) => lines.push(line)),
    );
    const response = await broken.request('/boom', {}, env);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('the inside');
    expect(lines).toEqual([expect.stringContaining('the inside')]);
  });

  it('names every wrong setting and none of their values', async () => {
    const env = { PUBLIC_URL: 'nope', SIGNALBOX_SECRET: 'hunter2', GITHUB_APP_ID: '1' };
    expect(() => parseConfig(env)).toThrow(
      /PUBLIC_URL.*BOT_NAME.*SIGNALBOX_SECRET.*ADMIN_KEY_SHA256.*LIBSQL_URL.*GITHUB_PRIVATE_KEY.*GITHUB_WEBHOOK_SECRET/s,
    );
    expect(() => parseConfig(env)).not.toThrow(/hunter2|nope/);
    const response = await app.request('/api/sessions', { headers: ADMIN }, env);
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'misconfigured' });
  });
});
