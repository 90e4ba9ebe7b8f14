import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { createApp } from '../app.ts';
import { createLogger } from '../logger.ts';
import { SOME_OPERATION } from '../testing/some-operation.ts';
import type { Route } from './route.ts';

const MAX = 1_000;
const routes: Route[] = [
  {
    method: 'POST',
    path: '/read',
    access: 'public',
    needs: null,
    operation: SOME_OPERATION,
    maxBodyBytes: MAX,
    handle: async (c) => c.json((await c.req.arrayBuffer()).byteLength),
  },
  {
    method: 'POST',
    path: '/keep',
    access: 'public',
    needs: null,
    operation: SOME_OPERATION,
    maxBodyBytes: MAX,
    handle: async (c) => c.json((await env.BODIES.put('limit-body', c.req.raw.body))?.size ?? null),
  },
  {
    method: 'POST',
    path: '/admin',
    access: 'user',
    needs: 'admin',
    operation: SOME_OPERATION,
    handle: (c) => c.json({}),
  },
];
const app = createApp(
  routes,
  createLogger({}, () => undefined),
);

/** A body that comes in pieces; `pulled` counts those that were asked for. */
function pieces(count: number, bytes: number) {
  const asked = { pulled: 0 };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      asked.pulled += 1;
      if (asked.pulled > count) controller.close();
      else controller.enqueue(new Uint8Array(bytes));
    },
  });
  return { body, asked };
}

const send = async (path: string, body: BodyInit, headers: Record<string, string> = {}) => {
  const response = await app.request(path, { method: 'POST', body, headers }, env);
  return [response.status, await response.json()];
};

describe('a body', () => {
  it('passes up to its limit, in one piece or many, with or without a declared length', async () => {
    expect(await send('/read', 'x'.repeat(MAX))).toEqual([200, MAX]);
    expect(await send('/read', pieces(10, MAX / 10).body)).toEqual([200, MAX]);
    expect(await send('/read', pieces(2, 5).body, { 'content-length': '10' })).toEqual([200, 10]);
  });

  it('beyond its limit is refused while it comes, whatever length it declares', async () => {
    const refused = [413, expect.objectContaining({ code: 'too_large' })];
    expect(await send('/read', 'x'.repeat(MAX + 1))).toEqual(refused);
    for (const declared of ['', 'nonsense', '-1', '99999999999999999999']) {
      const { body, asked } = pieces(1_000_000, 100);
      const headers: Record<string, string> = declared === '' ? {} : { 'content-length': declared };
      expect(await send('/read', body, headers)).toEqual(refused);
      expect(asked.pulled).toBeLessThan(100);
    }
  });

  it('that is shorter or longer than it declares is refused', async () => {
    const refused = [400, expect.objectContaining({ code: 'wrong_length' })];
    expect(await send('/read', pieces(3, 10).body, { 'content-length': '10' })).toEqual(refused);
    expect(await send('/read', pieces(1, 10).body, { 'content-length': '30' })).toEqual(refused);
  });

  it('that declares too much is not read at all', async () => {
    const { body, asked } = pieces(10, 10);
    expect((await send('/read', body, { 'content-length': String(MAX + 1) }))[0]).toBe(413);
    expect(asked.pulled).toBeLessThanOrEqual(1);
  });

  it('of a caller who is refused is not read', async () => {
    const { body, asked } = pieces(1_000, 1_000);
    expect((await send('/admin', body))[0]).toBe(401);
    expect(asked.pulled).toBeLessThan(100);
  });

  it('with a declared length can be stored without being held in memory', async () => {
    expect(await send('/keep', pieces(5, 100).body, { 'content-length': '500' })).toEqual([200, 500]);
  });
});
