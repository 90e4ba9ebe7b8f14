import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from '@libsql/client';
import { createClient as createNodeClient } from '@libsql/client';
import { createClient as createWebClient } from '@libsql/client/web';
import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/libsql/web';
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LibsqlServer } from './start-libsql-server.ts';
import { startLibsqlServer } from './start-libsql-server.ts';

const TOKEN = 'the token';
let folder = '';
let server: LibsqlServer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'libsql-'));
  server = await startLibsqlServer({ file: path.join(folder, 'record.db'), authToken: TOKEN });
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const CLIENTS = [
  ['@libsql/client', createNodeClient],
  ['@libsql/client/web', createWebClient],
] as const;

describe.each(CLIENTS)('with %s', (_name, createClient) => {
  const connect = (intMode?: 'bigint') => createClient({ url: server.url, authToken: TOKEN, intMode });

  /** A table of its own for each test, for they share the server. */
  async function createTable(client: Client, columns: string): Promise<string> {
    const table = `t${crypto.randomUUID().replaceAll('-', '')}`;
    await client.execute(`CREATE TABLE ${table} (${columns})`);
    return table;
  }

  it('takes and gives values of every type', async () => {
    const args = [null, 1.5, 42n, 'grün 🚂', new Uint8Array([0, 255, 1]).buffer, true, new Date(7)];
    const { rows } = await connect().execute({
      sql: `SELECT ${args.map((_, i) => `? AS c${i}`).join(', ')}`,
      args,
    });
    const { c4, ...others } = { ...rows[0] };
    expect(others).toEqual({ c0: null, c1: 1.5, c2: 42, c3: 'grün 🚂', c5: 1, c6: 7 });
    expect(c4 instanceof ArrayBuffer && [...new Uint8Array(c4)]).toEqual([0, 255, 1]);
  });

  it('keeps integers of 64 bits and tells them from reals', async () => {
    const args = [2n ** 63n - 1n, -(2n ** 63n), 3];
    const { rows } = await connect('bigint').execute({ sql: 'SELECT ?, ?, typeof(?)', args });
    expect([...Array.from(rows[0] ?? { length: 0 })]).toEqual([2n ** 63n - 1n, -(2n ** 63n), 'real']);
  });

  it('keeps what follows a NUL in a text', async () => {
    const { rows } = await connect().execute({ sql: 'SELECT ? AS text', args: ['before\0after'] });
    expect(rows[0]?.text).toBe('before\uFFFDafter');
  });

  it('refuses an integer that does not fit', async () => {
    await expect(connect().execute({ sql: 'SELECT ?', args: [2n ** 63n] })).rejects.toThrow();
  });

  it('takes named arguments with each prefix, and numbered ones', async () => {
    const named = await connect().execute({ sql: 'SELECT :a, @b, $c, :a', args: { a: 1, b: 2, c: 3 } });
    const numbered = await connect().execute({ sql: 'SELECT ?2, ?1', args: [1, 2] });
    expect([named, numbered].map(({ rows }) => Array.from(rows[0] ?? { length: 0 }))).toEqual([
      [1, 2, 3, 1],
      [2, 1],
    ]);
  });

  it('refuses a statement whose argument is missing', async () => {
    await expect(connect().execute({ sql: 'SELECT ?, ?', args: [1] })).rejects.toMatchObject({
      code: 'ARGS_INVALID',
    });
  });

  it('says how many rows changed and which was inserted last', async () => {
    const client = connect();
    const table = await createTable(client, 'id INTEGER PRIMARY KEY, n');
    const insert = await client.execute(`INSERT INTO ${table} (n) VALUES (1), (2), (3)`);
    const returning = await client.execute(`UPDATE ${table} SET n = n + 1 WHERE n < 3 RETURNING id`);
    const nothing = await client.execute(`DELETE FROM ${table} WHERE n = 99`);
    const read = await client.execute(`SELECT id AS number FROM ${table}`);
    expect([insert, returning, nothing, read].map(({ rowsAffected }) => rowsAffected)).toEqual([3, 2, 0, 0]);
    expect([insert.lastInsertRowid, returning.rows.length]).toEqual([3n, 2]);
    expect([read.columns, read.columnTypes]).toEqual([['number'], ['INTEGER']]);
  });

  it('rolls a batch back as a whole', async () => {
    const client = connect();
    const table = await createTable(client, 'id INTEGER PRIMARY KEY');
    const batch = client.batch(
      [`INSERT INTO ${table} VALUES (1)`, `INSERT INTO ${table} VALUES (1)`],
      'write',
    );
    await expect(batch).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' });
    const committed = await client.batch(
      [`INSERT INTO ${table} VALUES (2)`, `SELECT * FROM ${table}`],
      'write',
    );
    expect(committed[1]?.rows.map(({ id }) => id)).toEqual([2]);
  });

  it('isolates a transaction until it commits, and forgets one that is rolled back', async () => {
    const client = connect();
    const table = await createTable(client, 'n');
    const count = async () => (await client.execute(`SELECT count(*) AS n FROM ${table}`)).rows[0]?.n;
    const first = await client.transaction('write');
    await first.execute(`INSERT INTO ${table} VALUES (1)`);
    expect(await count()).toBe(0);
    await first.commit();
    expect(await count()).toBe(1);
    const second = await client.transaction('write');
    await second.execute(`DELETE FROM ${table}`);
    await second.rollback();
    expect(await count()).toBe(1);
  });

  it('runs a script with a trigger, full-text search and foreign keys', async () => {
    const client = connect();
    const docs = await createTable(client, 'id INTEGER PRIMARY KEY, body TEXT');
    await client.executeMultiple(`
      CREATE VIRTUAL TABLE ${docs}_fts USING fts5(body, content='${docs}', content_rowid='id');
      CREATE TRIGGER ${docs}_ai AFTER INSERT ON ${docs} BEGIN
        INSERT INTO ${docs}_fts (rowid, body) VALUES (new.id, new.body);
      END;
      CREATE TABLE ${docs}_note (doc INTEGER NOT NULL REFERENCES ${docs} (id));
      INSERT INTO ${docs} VALUES (1, 'the signal box; sees every line');`);
    const found = await client.execute({
      sql: `SELECT rowid FROM ${docs}_fts WHERE ${docs}_fts MATCH ?`,
      args: ['signal'],
    });
    expect(found.rows.map(({ rowid }) => rowid)).toEqual([1]);
    await expect(client.execute(`INSERT INTO ${docs}_note VALUES (99)`)).rejects.toMatchObject({
      code: 'SQLITE_CONSTRAINT_FOREIGNKEY',
    });
  });

  it('shows a column that was added while a statement on the table was known', async () => {
    const client = connect();
    const table = await createTable(client, 'a');
    await client.execute(`SELECT * FROM ${table}`);
    await client.execute(`ALTER TABLE ${table} ADD COLUMN b`);
    expect((await client.execute(`SELECT * FROM ${table}`)).columns).toEqual(['a', 'b']);
  });

  it.each([
    ['SELEC 1', 'SQLITE_ERROR'],
    ['-- nothing', 'SQL_NO_STATEMENT'],
    ['SELECT 1; SELECT 2', 'SQL_MANY_STATEMENTS'],
    ["ATTACH '/etc/passwd' AS x", 'SQLITE_AUTH'],
  ])('says of %j that it is %s', async (statement, code) => {
    await expect(connect().execute(statement)).rejects.toMatchObject({ code });
  });

  it('refuses a wrong token and a missing one', async () => {
    for (const authToken of ['the tokem', undefined]) {
      const client = createClient({ url: server.url, authToken });
      await expect(client.execute('SELECT 1')).rejects.toMatchObject({ code: 'AUTH_REJECTED' });
    }
  });

  it('lets forty writers read, count up and write without losing one', async () => {
    const client = connect();
    const table = await createTable(client, 'n INTEGER');
    await client.execute(`INSERT INTO ${table} VALUES (0)`);
    const countUp = async () => {
      const transaction = await client.transaction('write');
      const { rows } = await transaction.execute(`SELECT n FROM ${table}`);
      await transaction.execute({ sql: `UPDATE ${table} SET n = ?`, args: [Number(rows[0]?.n) + 1] });
      await transaction.commit();
    };
    await Promise.all(Array.from({ length: 40 }, countUp));
    expect((await client.execute(`SELECT n FROM ${table}`)).rows[0]?.n).toBe(40);
  });

  it('moves values of some megabytes', async () => {
    const client = connect();
    const table = await createTable(client, 'body');
    const body = 'x'.repeat(3_000_000);
    await client.execute({ sql: `INSERT INTO ${table} VALUES (?)`, args: [body] });
    expect((await client.execute(`SELECT body FROM ${table}`)).rows[0]?.body).toBe(body);
  });
});

describe('with drizzle-orm/libsql/web', () => {
  const notes = sqliteTable('notes', { id: integer().primaryKey(), body: text().notNull() });

  it('inserts, upserts, queries, batches and rolls transactions back', async () => {
    const db = drizzle({ connection: { url: server.url, authToken: TOKEN }, schema: { notes } });
    await db.run(sql`CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL)`);
    const inserted = await db
      .insert(notes)
      .values([{ body: 'a' }, { body: 'b' }])
      .returning();
    const upsert = db.insert(notes).values({ id: 1, body: 'c' });
    await upsert.onConflictDoUpdate({ target: notes.id, set: { body: sql`excluded.body` } });
    const [, read] = await db.batch([db.insert(notes).values({ body: 'd' }), db.select().from(notes)]);
    await expect(
      db.transaction(async (tx) => {
        await tx.delete(notes);
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect(inserted).toEqual([
      { id: 1, body: 'a' },
      { id: 2, body: 'b' },
    ]);
    expect(read.map(({ body }) => body)).toEqual(['c', 'b', 'd']);
    expect(await db.query.notes.findMany({ where: eq(notes.body, 'd') })).toEqual([{ id: 3, body: 'd' }]);
  });
});

it('does not use up file descriptors', async () => {
  const client = createWebClient({ url: server.url, authToken: TOKEN });
  const count = async () => (await readdir('/proc/self/fd')).length;
  const before = await count();
  for (let n = 0; n < 100; n += 1) {
    await client.execute('PRAGMA foreign_keys = OFF');
    await client.batch(['SELECT 1', `SELECT ${n}`], 'write');
  }
  expect((await count()) - before).toBeLessThan(20);
});
