import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { expect, it } from 'vitest';
import { startLibsqlServer } from '../../local/libsql/start-libsql-server.ts';
import { migrateRecord } from '../../local/stack/migrate-record.ts';
import { sessionIdSchema, taskIdSchema } from '../../protocol/ids.ts';
import { fillRecord, PER_SESSION } from './fill-record.ts';

it('fills the record as it is today with sessions, their rows and their titles in the index', async () => {
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
    expect(count(`session_titles WHERE session_titles MATCH '"module 7"'`)).toBe(11);
    expect(sessionIdSchema.parse(first('SELECT id FROM sessions LIMIT 1'))).toBeDefined();
    expect(taskIdSchema.parse(first('SELECT id FROM tasks LIMIT 1'))).toBeDefined();
    db.close();
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
});
