import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@libsql/client/web';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MAX_BODY_BYTES } from './limits.ts';
import type { LibsqlServer } from './start-libsql-server.ts';
import { startLibsqlServer } from './start-libsql-server.ts';

const TOKEN = 'the token';
const STREAM_IDLE_MS = 300;
let folder = '';
let file = '';
let server: LibsqlServer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'libsql-'));
  file = path.join(folder, 'new', 'record.db');
  server = await startLibsqlServer({ file, authToken: TOKEN, streamIdleMs: STREAM_IDLE_MS });
  await connect().execute('CREATE TABLE t (n UNIQUE)');
});

afterEach(async () => {
  await connect().execute('DELETE FROM t');
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const connect = (url = server.url) => createClient({ url, authToken: TOKEN });

async function post(route: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const all = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers };
  return fetch(server.url + route, { method: 'POST', body: text, headers: all });
}

/** What a test looks at in an answer; it says itself what it expects there. */
const answerSchema = z.object({ baton: z.any(), results: z.any(), code: z.any() }).partial();

async function pipeline(requests: unknown[], baton?: string) {
  const answer = await post('/v3/pipeline', { baton, requests });
  return answerSchema.parse(await answer.json());
}

const execute = (sql: string) => ({ type: 'execute', stmt: { sql } });
const readNumbers = async () =>
  (await connect().execute('SELECT n FROM t ORDER BY n')).rows.map(({ n }) => n);

describe('streams', () => {
  it('keep a transaction from one request to the next and end with close', async () => {
    const first = await pipeline([
      execute('BEGIN'),
      execute('INSERT INTO t VALUES (1)'),
      { type: 'get_autocommit' },
    ]);
    expect(first.results[2]).toEqual({
      type: 'ok',
      response: { type: 'get_autocommit', is_autocommit: false },
    });
    const second = await pipeline(
      [execute('COMMIT'), { type: 'get_autocommit' }, { type: 'close' }],
      first.baton,
    );
    expect(second).toMatchObject({
      baton: null,
      results: [{ type: 'ok' }, { response: { is_autocommit: true } }, { type: 'ok' }],
    });
    expect(await readNumbers()).toEqual([1]);
  });

  it('expire when nobody comes back, without the effects of an open transaction', async () => {
    const { baton } = await pipeline([execute('BEGIN IMMEDIATE'), execute('INSERT INTO t VALUES (1)')]);
    // Waits for the lock, so it ends when the stream has expired.
    await connect().execute('INSERT INTO t VALUES (2)');
    expect(await pipeline([execute('COMMIT')], baton)).toMatchObject({ code: 'STREAM_EXPIRED' });
    expect(await readNumbers()).toEqual([2]);
  });

  it('take a baton once and refuse one that was made up', async () => {
    const { baton } = await pipeline([execute('SELECT 1')]);
    await pipeline([{ type: 'close' }], baton);
    for (const wrong of [baton, 'made-up']) {
      const response = await post('/v2/pipeline', { baton: wrong, requests: [] });
      expect([response.status, await response.json()]).toMatchObject([400, { code: 'BATON_INVALID' }]);
    }
  });

  it('store SQL texts and forget them when asked', async () => {
    const { results } = await pipeline([
      { type: 'store_sql', sql_id: 7, sql: 'SELECT 5' },
      { type: 'execute', stmt: { sql_id: 7 } },
      { type: 'close_sql', sql_id: 7 },
      { type: 'execute', stmt: { sql_id: 7 } },
    ]);
    expect(results).toMatchObject([
      { type: 'ok' },
      { response: { result: { rows: [[{ type: 'integer', value: '5' }]] } } },
      { type: 'ok' },
      { type: 'error', error: { code: 'SQL_NOT_FOUND' } },
    ]);
  });

  it('describe a statement without running it', async () => {
    const { results } = await pipeline([
      { type: 'describe', sql: 'INSERT INTO t VALUES (:n) RETURNING n AS m' },
    ]);
    expect(results[0].response.result).toEqual({
      params: [{ name: ':n' }],
      cols: [{ name: 'm', decltype: null }],
      is_explain: false,
      is_readonly: false,
    });
    expect(await readNumbers()).toEqual([]);
  });

  it.each(['foreign_keys', 'recursive_triggers'])('do not pass %s on to the next client', async (name) => {
    const read = async () => {
      const { results } = await pipeline([execute(`PRAGMA ${name}`), { type: 'close' }]);
      return results[0].response.result.rows[0][0].value;
    };
    const before = await read();
    await pipeline([execute(`PRAGMA ${name} = ${before === '1' ? 0 : 1}`), { type: 'close' }]);
    expect(await read()).toBe(before);
  });
});

describe('batches', () => {
  const insert = (n: number, condition?: unknown) => ({
    stmt: { sql: `INSERT INTO t VALUES (${n})` },
    condition,
  });

  it('run each step when its condition holds', async () => {
    const steps = [
      insert(1),
      insert(1),
      insert(2, { type: 'ok', step: 1 }),
      insert(3, { type: 'error', step: 1 }),
      insert(4, { type: 'not', cond: { type: 'ok', step: 1 } }),
      insert(5, {
        type: 'and',
        conds: [
          { type: 'ok', step: 0 },
          { type: 'ok', step: 1 },
        ],
      }),
      insert(6, {
        type: 'or',
        conds: [
          { type: 'ok', step: 0 },
          { type: 'ok', step: 1 },
        ],
      }),
      insert(7, { type: 'is_autocommit' }),
    ];
    const { results } = await pipeline([{ type: 'batch', batch: { steps } }, { type: 'close' }]);
    const { step_results, step_errors } = results[0].response.result;
    expect(step_results.map((result: unknown) => result !== null)).toEqual([
      true,
      false,
      false,
      true,
      true,
      false,
      true,
      true,
    ]);
    expect(step_errors.map((error: { code: string } | null) => error?.code)).toEqual([
      undefined,
      'SQLITE_CONSTRAINT_UNIQUE',
      ...Array(6).fill(undefined),
    ]);
    expect(await readNumbers()).toEqual([1, 3, 4, 6, 7]);
  });

  it('refuse a condition on a step that comes later', async () => {
    const steps = [insert(1, { type: 'ok', step: 5 })];
    const { results } = await pipeline([{ type: 'batch', batch: { steps } }, { type: 'close' }]);
    expect(results[0]).toMatchObject({ type: 'error', error: { code: 'BATCH_COND_BAD_STEP' } });
  });

  it('come as lines through a cursor', async () => {
    const steps = [insert(1), { stmt: { sql: 'SELECT n FROM t' } }, insert(1)];
    const answer = await post('/v3/cursor', { batch: { steps } });
    const [head, ...entries] = (await answer.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(head).toEqual({ baton: expect.any(String), base_url: null });
    expect(entries.map(({ type, step }) => [type, step])).toEqual([
      ['step_begin', 0],
      ['step_end', undefined],
      ['step_begin', 1],
      ['row', undefined],
      ['step_end', undefined],
      ['step_error', 2],
    ]);
    await pipeline([{ type: 'close' }], head.baton);
  });
});

describe('waiting', () => {
  it('lets a reader read while a writer is at work, and the next writer wait its turn', async () => {
    const { baton } = await pipeline([execute('BEGIN IMMEDIATE'), execute('INSERT INTO t VALUES (1)')]);
    const waiting = connect().execute('INSERT INTO t VALUES (2)');
    expect(await readNumbers()).toEqual([]);
    await pipeline([execute('COMMIT'), { type: 'close' }], baton);
    await waiting;
    expect(await readNumbers()).toEqual([1, 2]);
  });

  it('gives the lock back when a client goes away in the middle of a request', async () => {
    const { baton } = await pipeline([execute('BEGIN IMMEDIATE')]);
    const gone = new AbortController();
    const headers = { authorization: `Bearer ${TOKEN}` };
    const body = JSON.stringify({
      requests: [execute('INSERT INTO t VALUES (1)'), execute('BEGIN IMMEDIATE')],
    });
    const waiting = fetch(`${server.url}/v3/pipeline`, {
      method: 'POST',
      headers,
      body,
      signal: gone.signal,
    });
    gone.abort();
    await expect(waiting).rejects.toThrow();
    await pipeline([execute('ROLLBACK'), { type: 'close' }], baton);
    await connect().execute('INSERT INTO t VALUES (2)');
    expect(await readNumbers()).toContain(2);
  });
});

describe('requests', () => {
  it.each([
    ['no JSON', '{', 400, 'REQUEST_INVALID'],
    ['an unknown request', { requests: [{ type: 'format_disk' }] }, 400, 'REQUEST_INVALID'],
    ['too much', `"${'x'.repeat(MAX_BODY_BYTES)}"`, 413, 'REQUEST_TOO_LARGE'],
  ])('that are %s are refused', async (_name, body, status, code) => {
    const response = await post('/v2/pipeline', body);
    expect([response.status, await response.json()]).toMatchObject([status, { code }]);
  });

  it('for other ways of speaking are told so, and the versions spoken are found', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const routes = ['/v2', '/v3', '/v3-protobuf', '/health'];
    const answers = await Promise.all(routes.map((route) => fetch(server.url + route, { headers })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 200]);
  });

  it('are served without a token nowhere but at /health', async () => {
    const routes = ['/health', '/v2', '/v3', '/nothing'];
    const answers = await Promise.all(routes.map((route) => fetch(server.url + route)));
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 401, 401]);
  });
});

describe('the file', () => {
  it('is readable by its owner only', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('has everything after close, and goes on in the next server', async () => {
    const other = path.join(folder, 'other.db');
    const first = await startLibsqlServer({ file: other, authToken: TOKEN });
    await connect(first.url).batch(['CREATE TABLE t (n)', 'INSERT INTO t VALUES (1)'], 'write');
    await first.close();
    expect((await stat(`${other}-wal`).catch(() => ({ size: 0 }))).size).toBe(0);
    const second = await startLibsqlServer({ file: other, authToken: TOKEN });
    expect((await connect(second.url).execute('SELECT n FROM t')).rows).toHaveLength(1);
    await second.close();
  });
});
