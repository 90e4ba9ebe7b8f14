import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/libsql';
import { migrate } from 'drizzle-orm/libsql/migrator';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryView } from '../../protocol/http.ts';
import { findRepository } from './find-repository.ts';
import { commandLogsQuery, listCommandLogs } from './list-command-logs.ts';
import { deliveriesQuery, findDeliveryAccount, listDeliveries } from './list-deliveries.ts';
import { listSessions, type SessionQuery, sessionsQuery } from './list-sessions.ts';
import type { RecordDb } from './open-record.ts';
import { decodeCursor } from './page-cursor.ts';
import type { RecordRow } from './rows.ts';
import * as schema from './schema.ts';
import { deleteExpiredSignInTokens, storeSignInToken, useSignInToken } from './sign-in-tokens.ts';
import { writeRecord } from './write-record.ts';

/* The queries and migrations against the real libSQL engine, in process. */

let db: RecordDb;

beforeEach(async () => {
  db = drizzle({ connection: ':memory:', schema });
  await migrate(db, { migrationsFolder: './worker/record/migrations' });
});

type SessionRow = Extract<RecordRow, { table: 'sessions' }>['row'];

function session(id: string, updatedAt: number, over: Partial<SessionRow> = {}): RecordRow {
  return {
    table: 'sessions',
    row: {
      id,
      key: `api:${id}`,
      account: 'local',
      title: `Session ${id}`,
      source: 'api',
      status: 'idle',
      projectType: 'local',
      projectPath: '/srv',
      repositoryId: null,
      repository: null,
      branch: null,
      url: null,
      claudeSessionId: null,
      taskCount: 0,
      costUsd: 0,
      lastEventId: 1,
      metadata: {},
      createdAt: 1,
      updatedAt,
      ...over,
    },
  };
}

const ALL: SessionQuery = { account: null, status: null, title: null, cursor: null, limit: 50 };
const idsOf = async (query: Partial<SessionQuery>) =>
  (await listSessions(db, { ...ALL, ...query })).items.map(({ id }) => id);

describe('writeRecord', () => {
  it('writes rows once, however often they come', async () => {
    const rows = [session('a', 10), session('b', 20)];
    await writeRecord(db, rows);
    await writeRecord(db, rows);
    expect(await idsOf({})).toEqual(['b', 'a']);
  });

  it('lets the newer row win in any order', async () => {
    await writeRecord(db, [session('a', 20, { title: 'new' })]);
    await writeRecord(db, [session('a', 10, { title: 'old' })]);
    expect((await listSessions(db, ALL)).items).toMatchObject([{ title: 'new', updatedAt: 20 }]);
    await writeRecord(db, [session('a', 30, { title: 'newest' })]);
    expect((await listSessions(db, ALL)).items).toMatchObject([{ title: 'newest', updatedAt: 30 }]);
  });

  it('writes all rows of a batch or none', async () => {
    const broken = session('b', 20);
    // @ts-expect-error a row that the database must refuse
    broken.row.title = null;
    await expect(writeRecord(db, [session('a', 10), broken])).rejects.toThrow();
    expect(await idsOf({})).toEqual([]);
  });

  it('takes every table', async () => {
    const at = { createdAt: 1, updatedAt: 2 };
    const tokens = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4, costUsd: 0.5 };
    const rows: RecordRow[] = [
      { table: 'accounts', row: { key: 'github:1', login: 'octo', kind: 'user', installationId: 7, ...at } },
      { table: 'repositories', row: repository(5) },
      {
        table: 'tasks',
        row: {
          id: 's.1',
          sessionId: 's',
          number: 1,
          account: 'local',
          state: 'failed',
          stateSince: 1,
          request: 'Do it',
          source: 'api',
          requesterLogin: 'admin',
          requesterId: null,
          options: {
            model: null,
            maxMinutes: 10,
            maxTurns: null,
            maxUsd: null,
            labels: [],
            approval: 'none',
          },
          epoch: 1,
          runnerId: null,
          runnerName: null,
          ...tokens,
          branch: null,
          commitSha: null,
          pullNumber: null,
          pullUrl: null,
          summary: null,
          failure: { kind: 'lost', message: 'm', remedy: 'r', retryAt: null },
          rescueRef: null,
          startedAt: null,
          endedAt: null,
          ...at,
        },
      },
      {
        table: 'session_messages',
        row: {
          sessionId: 's',
          id: 'm',
          taskId: null,
          direction: 'in',
          source: 'api',
          author: 'admin',
          content: 'hi',
          status: 'queued',
          metadata: {},
          ...at,
        },
      },
      {
        table: 'usage',
        row: {
          sessionId: 's',
          eventId: 3,
          taskId: 's.1',
          account: 'local',
          model: 'm',
          turns: 1,
          ...tokens,
          durationMs: 1.5,
          at: 1,
        },
      },
      {
        table: 'runners',
        row: {
          id: 'r',
          account: 'local',
          name: 'den',
          status: 'online',
          labels: ['gpu'],
          capacity: 1,
          version: null,
          claudeVersion: null,
          platform: null,
          lastSeenAt: 1,
          ...at,
        },
      },
      { table: 'deliveries', row: delivery('d', 1) },
    ];
    await writeRecord(db, rows);
    await writeRecord(db, rows);
    expect(await db.select().from(schema.tasks)).toEqual([rows[2]?.row]);
    expect(await db.select().from(schema.sessionMessages)).toEqual([rows[3]?.row]);
    expect(await db.select().from(schema.usage)).toEqual([rows[4]?.row]);
    expect(await db.select().from(schema.runners)).toEqual([rows[5]?.row]);
    expect(await findRepository(db, 5)).toMatchObject({ account: 'github:1', installationId: 7 });
  });
});

describe('command logs', () => {
  const key = { sessionId: 's', taskId: 's.1', toolUseId: 't1' };
  const started: RecordRow = {
    table: 'command_started',
    row: { ...key, tool: 'Bash', input: '{}', inputCut: false, startedAt: 5 },
  };
  const ended: RecordRow = {
    table: 'command_ended',
    row: { ...key, result: 'ok', resultCut: false, status: 'ok', durationMs: 2, endedAt: 7 },
  };

  it.each([
    ['start first', [started, ended]],
    ['end first', [ended, started]],
    ['each twice', [started, ended, started, ended]],
  ])('come to the same with %s', async (_case, rows) => {
    for (const row of rows) await writeRecord(db, [row]);
    expect(await listCommandLogs(db, { sessionId: 's', cursor: null, limit: 10 })).toEqual({
      items: [{ ...started.row, result: 'ok', resultCut: false, status: 'ok', durationMs: 2 }],
      next: null,
    });
  });

  it('are paged in order', async () => {
    for (const toolUseId of ['t2', 't1', 't3']) {
      await writeRecord(db, [{ table: 'command_started', row: { ...started.row, toolUseId } }]);
    }
    const first = await listCommandLogs(db, { sessionId: 's', cursor: null, limit: 2 });
    expect(first.items.map(({ toolUseId }) => toolUseId)).toEqual(['t1', 't2']);
    const second = await listCommandLogs(db, {
      sessionId: 's',
      cursor: decodeCursor(first.next ?? ''),
      limit: 2,
    });
    expect(second).toMatchObject({ items: [{ toolUseId: 't3' }], next: null });
  });
});

describe('listSessions', () => {
  it('pages through sessions that changed in the same millisecond, none twice and none missing', async () => {
    const ids = Array.from({ length: 7 }, (_, n) => `s${n}`);
    await writeRecord(
      db,
      ids.map((id, n) => session(id, n < 4 ? 10 : 20)),
    );
    const seen: string[] = [];
    let cursor: SessionQuery['cursor'] = null;
    for (;;) {
      const page = await listSessions(db, { ...ALL, cursor, limit: 2 });
      seen.push(...page.items.map(({ id }) => id));
      if (page.next === null) break;
      cursor = decodeCursor(page.next);
    }
    expect(seen).toEqual(['s6', 's5', 's4', 's3', 's2', 's1', 's0']);
  });

  it('filters by account, status and part of the title', async () => {
    await writeRecord(db, [
      session('a', 1, { account: 'github:1', title: 'Fix the login page' }),
      session('b', 2, { account: 'github:1', status: 'active', title: 'Fix "quoted" AND 100%' }),
      session('c', 3, { title: 'Rename a_b' }),
    ]);
    expect(await idsOf({ account: 'github:1' })).toEqual(['b', 'a']);
    expect(await idsOf({ account: 'github:1', status: 'active' })).toEqual(['b']);
    expect(await idsOf({ title: 'LOGIN' })).toEqual(['a']);
    expect(await idsOf({ title: '"quoted" AND' })).toEqual(['b']);
    expect(await idsOf({ title: '0%' })).toEqual(['b']);
    expect(await idsOf({ title: '_b' })).toEqual(['c']);
    expect(await idsOf({ title: 'nothing like it' })).toEqual([]);
  });

  it('finds a session by its present title only', async () => {
    await writeRecord(db, [session('a', 1, { title: 'before' })]);
    await writeRecord(db, [session('a', 2, { title: 'after' })]);
    expect(await idsOf({ title: 'before' })).toEqual([]);
    expect(await idsOf({ title: 'after' })).toEqual(['a']);
  });
});

describe('every list', () => {
  const cursor = { at: 5, id: 'x' };
  const session = { account: 'local', status: 'idle' } as const;
  it.each([
    ['sessions', () => sessionsQuery(db, { ...ALL, cursor })],
    ['sessions of an account', () => sessionsQuery(db, { ...ALL, account: session.account, cursor })],
    ['sessions by status', () => sessionsQuery(db, { ...ALL, status: session.status, cursor })],
    ['sessions of an account by status', () => sessionsQuery(db, { ...ALL, ...session, cursor })],
    ['command logs', () => commandLogsQuery(db, { sessionId: 's', cursor, limit: 5 })],
    ['deliveries', () => deliveriesQuery(db, { cursor, limit: 5 })],
  ])('is served by an index, without a sort: %s', async (_list, queryOf) => {
    const plan = await db.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${queryOf().getSQL()}`);
    const text = plan.map(({ detail }) => detail).join('\n');
    expect(text).toMatch(/^SEARCH \w+ USING INDEX/);
    expect(text).not.toMatch(/SCAN|TEMP B-TREE/);
  });

  it('is served by the title index when a title is searched', async () => {
    const query = sessionsQuery(db, { ...ALL, title: 'login' });
    const plan = await db.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${query.getSQL()}`);
    expect(plan.map(({ detail }) => detail).join('\n')).toMatch(/session_titles VIRTUAL TABLE INDEX/);
  });
});

describe('deliveries', () => {
  it('are listed the latest first, without the columns of the record alone', async () => {
    await writeRecord(db, [
      { table: 'deliveries', row: delivery('a', 1) },
      { table: 'deliveries', row: delivery('b', 2) },
    ]);
    const { updatedAt: _updatedAt, ...view } = delivery('b', 2);
    expect((await listDeliveries(db, { cursor: null, limit: 1 })).items).toEqual([
      view satisfies DeliveryView,
    ]);
    expect(await findDeliveryAccount(db, 'a')).toBe('github:1');
    expect(await findDeliveryAccount(db, 'c')).toBeNull();
  });
});

describe('repositories', () => {
  it('are not found once the App can no longer reach them', async () => {
    await writeRecord(db, [
      { table: 'repositories', row: { ...repository(5), installationId: null, updatedAt: 9 } },
    ]);
    expect(await findRepository(db, 5)).toBeNull();
    expect(await findRepository(db, 6)).toBeNull();
  });
});

describe('sign-in tokens', () => {
  it('are good once, even when two use one at the same time', async () => {
    await storeSignInToken(db, { hash: 'h', createdAt: 1, expiresAt: 100 });
    const both = await Promise.all([useSignInToken(db, 'h', 50), useSignInToken(db, 'h', 50)]);
    expect(both.sort()).toEqual([false, true]);
  });

  it('are worthless when unknown or expired, and cleaned up then', async () => {
    await storeSignInToken(db, { hash: 'h', createdAt: 1, expiresAt: 100 });
    expect(await useSignInToken(db, 'other', 50)).toBe(false);
    expect(await useSignInToken(db, 'h', 100)).toBe(false);
    await deleteExpiredSignInTokens(db, 101);
    expect(await db.select().from(schema.signInTokens)).toEqual([]);
  });
});

function repository(id: number) {
  return {
    id,
    account: 'github:1',
    installationId: 7,
    owner: 'octo',
    name: 'app',
    cloneUrl: 'https://github.com/octo/app.git',
    htmlUrl: 'https://github.com/octo/app',
    defaultBranch: 'main',
    private: true,
    updatedAt: 1,
  };
}

function delivery(id: string, receivedAt: number) {
  return {
    id,
    account: 'github:1',
    event: 'issues',
    action: 'opened',
    status: 'done' as const,
    reason: null,
    taskId: null,
    attempts: 1,
    receivedAt,
    updatedAt: receivedAt,
  };
}
