import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { healthSchema, sessionPageSchema } from '../http.ts';
import { type ApiRequest, createApiClient, requestOf } from './client.ts';

const HEALTH = { status: 'ok', protocol: 2, now: 1 };

function clientOf(status: number, text: string, sent: ApiRequest[] = []) {
  return createApiClient({
    baseUrl: 'https://box.example',
    headers: { authorization: 'Bearer sba_x' },
    send: async (request) => {
      sent.push(request);
      return { status, text };
    },
  });
}

describe('a call', () => {
  it('is sent with its parameters, query, body and key in their places', async () => {
    expect(
      requestOf('POST /api/tasks/{taskId}/retry', {
        params: { taskId: 'a/b.1' },
        query: { account: 'github:1', cursor: undefined, q: 'ä&b' },
        body: { reason: 'again' },
        idempotencyKey: 'k1',
      }),
    ).toEqual({
      method: 'POST',
      url: '/api/tasks/a%2Fb.1/retry?account=github%3A1&q=%C3%A4%26b',
      headers: { accept: 'application/json', 'content-type': 'application/json', 'idempotency-key': 'k1' },
      body: '{"reason":"again"}',
    });
  });

  it('proves who calls, and gives the parsed answer', async () => {
    const sent: ApiRequest[] = [];
    const result = await clientOf(200, JSON.stringify(HEALTH), sent).call('GET /healthz', {}, healthSchema);
    expect(result).toEqual({ ok: true, value: HEALTH });
    expect(sent).toEqual([
      {
        method: 'GET',
        url: 'https://box.example/healthz',
        headers: { accept: 'application/json', authorization: 'Bearer sba_x' },
        body: null,
      },
    ]);
  });

  it('gives null where the answer has no body', async () => {
    const result = await clientOf(204, '').call('POST /api/sign-out', {}, z.null());
    expect(result).toEqual({ ok: true, value: null });
  });
});

describe('a call that fails', () => {
  it('gives the problem that the server names', async () => {
    const problem = {
      type: 'urn:signalbox:problem:forbidden',
      title: 'Forbidden',
      status: 403,
      code: 'forbidden',
      detail: 'No.',
      remedy: 'Ask.',
    };
    const result = await clientOf(403, JSON.stringify(problem)).call(
      'GET /api/sessions',
      {},
      sessionPageSchema,
    );
    expect(result).toEqual({ ok: false, failure: { reason: 'problem', problem } });
  });

  it.each([
    ['a page of a proxy', 502, '<html>Bad gateway</html>'],
    ['a body that is cut off', 200, '{"items":['],
    ['a shape of another version', 200, '{"items":[{}],"next":null}'],
    ['nothing where something should be', 200, ''],
  ])('is a value too when the answer is %s', async (_what, status, text) => {
    const result = await clientOf(status, text).call('GET /api/sessions', {}, sessionPageSchema);
    expect(result).toMatchObject({ ok: false, failure: { reason: 'unknown_answer', status } });
  });

  it('is a value too when nobody answers', async () => {
    const client = createApiClient({
      baseUrl: '',
      headers: {},
      send: () => Promise.reject(new TypeError('fetch failed')),
    });
    expect(await client.call('GET /healthz', {}, healthSchema)).toEqual({
      ok: false,
      failure: { reason: 'unreachable', message: 'TypeError: fetch failed' },
    });
  });
});
