import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { expect, it } from 'vitest';
import { startLibsqlServer } from '../../local/libsql/start-libsql-server.ts';
import { migrateRecord } from '../../local/stack/migrate-record.ts';
import { sessionIdSchema, taskIdSchema } from '../../protocol/ids.ts';
import { fillRecord, PER_SESSION } from './fill-record.ts';

it('fills the record as it is today with sessions, their rows and their texts in the index', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fill-record-'));
  const file = join(folder, 'record.db');
  const server = await startLibsqlServer({ file, authToken: 'token' });
  try {
    await migrateRecord(server.url, 'token');
    fillRecord(file, 100);
    const db = new Database(file);
    const first = (sql: string) => db.prepare(sql).pluck().all()[0];
    const count = (sql: string) => first(`SELECT count(*) FROM ${sql}`);
    expect(count('sessions')).toBe(100);
    expect(count('command_logs')).toBe(100 * PER_SESSION.commandLogs);
    expect(count('session_messages m JOIN sessions s ON s.id = m.session_id')).toBe(
      100 * PER_SESSION.messages,
    );
    expect(count('usage_days')).toBeGreaterThan(0);
    expect(first('SELECT sum(turns) FROM usage_days')).toBe(100 * PER_SESSION.turns * 3);
    // A title, and a message of another session.
    expect(count(`session_texts WHERE session_texts MATCH '"of module 7"'`)).toBe(2);
    expect(count(`session_texts WHERE session_texts MATCH 'yesterday'`)).toBe(200);
    expect(sessionIdSchema.parse(first('SELECT id FROM sessions LIMIT 1'))).toBeDefined();
    expect(taskIdSchema.parse(first('SELECT id FROM tasks LIMIT 1'))).toBeDefined();
    db.close();
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
});
