import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@libsql/client/web';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LibsqlServer } from './start-libsql-server.ts';
import { startLibsqlServer } from './start-libsql-server.ts';

const TOKEN = 'the token';
let folder = '';
let server: LibsqlServer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'libsql-'));
  server = await startLibsqlServer({ file: path.join(folder, 'record.db'), authToken: TOKEN });
  await connect().execute('CREATE TABLE t (n UNIQUE)');
});

afterEach(async () => {
  server.faults.heal();
  await connect().execute('DELETE FROM t');
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const connect = () => createClient({ url: server.url, authToken: TOKEN });
const readNumbers = async () =>
  (await connect().execute('SELECT n FROM t ORDER BY n')).rows.map(({ n }) => n);

describe('faults', () => {
  it('cut the connection until they are healed', async () => {
    server.faults.refuse();
    await expect(connect().execute('SELECT 1')).rejects.toThrow();
    server.faults.heal();
    expect((await connect().execute('SELECT 1 AS one')).rows[0]?.one).toBe(1);
  });

  it('make each answer late', async () => {
    server.faults.slow(100);
    const begun = performance.now();
    await connect().execute('SELECT 1');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(99);
  });

  it('end a batch in the middle, of which nothing is left', async () => {
    server.faults.failMidBatch();
    const inserts = [1, 2, 3, 4].map((n) => `INSERT INTO t VALUES (${n})`);
    await expect(connect().batch(inserts, 'write')).rejects.toThrow();
    server.faults.heal();
    expect(await readNumbers()).toEqual([]);
  });

  it('lose an answer after the commit', async () => {
    server.faults.loseAnswers();
    await expect(connect().batch(['INSERT INTO t VALUES (1)'], 'write')).rejects.toThrow();
    server.faults.heal();
    expect(await readNumbers()).toEqual([1]);
  });
});
