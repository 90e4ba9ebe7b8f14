import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Reach } from '../access/reach.ts';
import { endedQuery, listNow, openQuery } from './list-now.ts';
import { listRepositories } from './list-repositories.ts';
import type { RecordDb } from './open-record.ts';
import { readModelTrouble } from './read-model-trouble.ts';
import type { RecordRow } from './rows.ts';
import { makeRepository, makeSession, makeTask, openEmptyRecord } from './testing/record-fixtures.ts';
import { writeRecord } from './write-record.ts';

let db: RecordDb;
beforeEach(async () => {
  db = await openEmptyRecord();
});

const ALL: Reach = { kind: 'deployment' };

describe('what goes on', () => {
  it('names the tasks that are not over, and the last one of the sessions that ended last', async () => {
    await writeRecord(db, [
      makeSession('a', 3, { status: 'waiting', taskCount: 2, repository: 'octo/app' }),
      makeTask('a', 1, { state: 'completed', endedAt: 1 }),
      makeTask('a', 2, { state: 'waiting_approval', request: 'x'.repeat(500) }),
      makeSession('b', 2, { status: 'idle', taskCount: 2 }),
      makeTask('b', 1, { state: 'completed', endedAt: 1 }),
      makeTask('b', 2, {
        state: 'failed',
        endedAt: 2,
        failure: { kind: 'stalled', message: 'm', remedy: 'r', retryAt: null },
      }),
      makeSession('c', 9, { status: 'idle' }),
    ]);
    const { open, more, ended } = await listNow(db, ALL, null);
    expect(open).toMatchObject([
      { id: 'a.2', status: 'waiting', state: 'waiting_approval', title: 'Session a', repository: 'octo/app' },
    ]);
    expect(open[0]?.request).toHaveLength(200);
    expect(ended).toMatchObject([{ id: 'b.2', state: 'failed', failure: 'stalled' }]);
    expect(more).toBe(false);
  });

  it('leaves out what the caller does not reach', async () => {
    await writeRecord(db, [
      makeSession('a', 1, { account: 'github:1', status: 'active', repositoryId: 5 }),
      makeTask('a', 1, { account: 'github:1', state: 'running' }),
      makeSession('b', 2, { account: 'github:1', status: 'active', repositoryId: 6 }),
      makeTask('b', 1, { account: 'github:1', state: 'running' }),
    ]);
    const reach: Reach = {
      kind: 'accounts',
      accounts: [{ account: 'github:1', role: null, repositories: new Map([[6, 'viewer']]) }],
    };
    expect((await listNow(db, reach, null)).open.map(({ id }) => id)).toEqual(['b.1']);
  });

  it.each([
    ['open', () => openQuery(db, ALL, null)],
    ['ended', () => endedQuery(db, ALL, null)],
    ['open of an account', () => openQuery(db, ALL, 'local')],
    ['ended of an account', () => endedQuery(db, ALL, 'local')],
  ])('is found by indexes: %s', async (_what, queryOf) => {
    const plan = await db.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${queryOf().getSQL()}`);
    const text = plan.map(({ detail }) => detail).join('\n');
    expect(text).toMatch(/SEARCH sessions USING INDEX sessions_by_/);
    expect(text).toMatch(/SEARCH tasks USING INDEX tasks_by_session/);
    expect(text).not.toMatch(/SCAN/);
  });
});

describe('repositories', () => {
  it('are those that the App reaches, by the beginning of their name', async () => {
    const row = (id: number, name: string, over = {}): RecordRow => ({
      table: 'repositories',
      row: { ...makeRepository(id), name, ...over },
    });
    await writeRecord(db, [row(1, 'shop'), row(2, 'app'), row(3, 'apple', { installationId: null })]);
    const ask = (text: string, limit = 10) =>
      listRepositories(db, { reach: ALL, account: null, text, limit });
    expect((await ask('')).items.map(({ repository }) => repository)).toEqual(['octo/app', 'octo/shop']);
    expect((await ask('AP')).items).toEqual([
      { id: 2, account: 'github:1', repository: 'octo/app', defaultBranch: 'main', private: true },
    ]);
    expect(await ask('octo', 1)).toMatchObject({ items: [{ id: 2 }], more: true });
    expect((await ask('%pp')).items).toEqual([]);
  });
});

describe("the model's trouble", () => {
  const NOW = 10_000_000;
  it('is what failed at it in the last hour, and nothing else that failed', async () => {
    expect(await readModelTrouble(db, 'local', NOW)).toEqual({ answeredAt: null, failedAt: null });
    const failed = (number: number, kind: 'api_overloaded' | 'stalled', endedAt: number) =>
      makeTask('a', number, {
        state: 'failed',
        endedAt,
        failure: { kind, message: 'm', remedy: 'r', retryAt: null },
      });
    await writeRecord(db, [
      makeSession('a', 1),
      failed(1, 'api_overloaded', 1),
      failed(2, 'api_overloaded', NOW - 5),
      failed(3, 'stalled', NOW - 1),
    ]);
    expect(await readModelTrouble(db, 'local', NOW)).toEqual({ answeredAt: null, failedAt: NOW - 5 });
  });
});
