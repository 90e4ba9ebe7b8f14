import { exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { sessionAnswerSchema } from '../../protocol/http.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { eventually } from '../testing/eventually.ts';

let accounts = 202_000;

const call = (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
  exports.default.fetch(`http://localhost:8787${path}`, {
    ...init,
    headers: { authorization: `Bearer ${TEST_ADMIN_KEY}`, ...init.headers },
  });

async function newSession() {
  accounts += 1;
  const account = `github:${accounts}`;
  const body = JSON.stringify({
    account,
    prompt: 'Mend the door',
    workspace: { type: 'local', path: '/srv' },
  });
  const { session } = sessionAnswerSchema.parse(
    await (await call('/api/sessions', { method: 'POST', body })).json(),
  );
  return { account, id: session.id };
}

/** The tag of an answer once it stays the same: the session moves on by itself at first. */
async function settledTag(path: string): Promise<string> {
  let tag = '';
  await eventually(async () => {
    const before = tag;
    const answer = await call(path);
    expect(answer.status).toBe(200);
    tag = answer.headers.get('etag') ?? '';
    expect(tag).toMatch(/^W\/"[\w-]{22}"$/);
    expect(tag).toBe(before);
  });
  return tag;
}

describe('an answer that a caller has already', () => {
  it.each(['', '/tasks', '/messages', '/logs'])(
    'is 304 without content as long as it holds: /api/sessions/:id%s',
    async (rest) => {
      const { id } = await newSession();
      const path = `/api/sessions/${id}${rest}`;
      const etag = await settledTag(path);
      for (const known of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
        const again = await call(path, { headers: { 'if-none-match': known } });
        expect(again.status).toBe(304);
        expect(again.headers.get('etag')).toBe(etag);
        expect(again.headers.get('cache-control')).toBe('no-store');
        expect(await again.text()).toBe('');
      }
      expect((await call(path, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    },
  );

  it('is a new one at once when something has changed', async () => {
    const { id } = await newSession();
    const path = `/api/sessions/${id}/messages`;
    const etag = await settledTag(path);
    const body = JSON.stringify({ text: 'And the window' });
    expect((await call(path, { method: 'POST', body })).status).toBeLessThan(300);
    const changed = await call(path, { headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
    expect(await changed.text()).toContain('And the window');
  });

  it('is refused all the same to who may not see it', async () => {
    const { id, account } = await newSession();
    const path = `/api/sessions?account=${account}`;
    await settledTag(path);
    const stranger = await exports.default.fetch(`http://localhost:8787/api/sessions/${id}`, {
      headers: { 'if-none-match': '*' },
    });
    expect(stranger.status).toBe(401);
  });

  it('is counted as a hit of the cache', async () => {
    const { id } = await newSession();
    const headers = { 'if-none-match': await settledTag(`/api/sessions/${id}`) };
    await eventually(async () => {
      expect((await call(`/api/sessions/${id}`, { headers })).status).toBe(304);
      expect(await (await call('/metrics?account=local')).text()).toMatch(
        /^signalbox_cache_requests_total\{account="local",cache="answer",result="hit"\} [1-9]/m,
      );
    });
  });
});
