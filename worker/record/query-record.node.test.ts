import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryView } from '../../protocol/http.ts';
import { findRepository } from './find-repository.ts';
import { accountsQuery, listAccounts } from './list-accounts.ts';
import { commandLogsQuery } from './list-command-logs.ts';
import { deliveriesQuery, findDeliveryAccount, listDeliveries } from './list-deliveries.ts';
import { LATEST_ROWS, latestQuery, listSessions, type SessionQuery, sessionsQuery } from './list-sessions.ts';
import type { RecordDb } from './open-record.ts';
import { decodeCursor } from './page-cursor.ts';
import * as schema from './schema.ts';
import { deleteExpiredSignInTokens, storeSignInToken, useSignInToken } from './sign-in-tokens.ts';
import { makeDelivery, makeRepository, makeSession, openEmptyRecord } from './testing/record-fixtures.ts';
import { writeRecord } from './write-record.ts';

let db: RecordDb;

beforeEach(async () => {
  db = await openEmptyRecord();
});

const ALL: SessionQuery = {
  account: null,
  status: null,
  title: null,
  reach: { kind: 'deployment' },
  cursor: null,
  limit: 50,
};
const idsOf = async (query: Partial<SessionQuery>) =>
  (await listSessions(db, { ...ALL, ...query })).items.map(({ id }) => id);

describe('listSessions', () => {
  it('pages through sessions that changed in the same millisecond, none twice and none missing', async () => {
    const ids = Array.from({ length: 7 }, (_, n) => `s${n}`);
    await writeRecord(
      db,
      ids.map((id, n) => makeSession(id, n < 4 ? 10 : 20)),
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
      makeSession('a', 1, { account: 'github:1', title: 'Fix the login page' }),
      makeSession('b', 2, { account: 'github:1', status: 'active', title: 'Fix "quoted" AND 100%' }),
      makeSession('c', 3, { title: 'Rename a_b' }),
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
    await writeRecord(db, [makeSession('a', 1, { title: 'before' })]);
    await writeRecord(db, [makeSession('a', 2, { title: 'after' })]);
    expect(await idsOf({ title: 'before' })).toEqual([]);
    expect(await idsOf({ title: 'after' })).toEqual(['a']);
  });
});

describe('a title search among more sessions than the latest', () => {
  beforeEach(async () => {
    const rows = Array.from({ length: LATEST_ROWS + 20 }, (_, n) =>
      makeSession(`s${String(n).padStart(5, '0')}`, n, {
        title: n < 10 ? `Rare work ${n}` : `Common work ${n}`,
      }),
    );
    await writeRecord(db, rows);
  });

  it('finds a common word on the latest, and a rare one below them, in the same order', async () => {
    const newest = LATEST_ROWS + 19;
    expect(await idsOf({ title: 'common', limit: 2 })).toEqual([`s0${newest}`, `s0${newest - 1}`]);
    expect(await idsOf({ title: 'rare work', limit: 3 })).toEqual(['s00009', 's00008', 's00007']);
    expect(await idsOf({ title: 'WORK 12', limit: 1_000, cursor: { at: 121, id: 'x' } })).toEqual([
      's00121',
      's00120',
      's00012',
    ]);
  });

  it('reads the latest through an index and no more of them than that', async () => {
    const query = latestQuery(db, { ...ALL, account: 'github:1' }, 'common');
    const plan = await db.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${query.getSQL()}`);
    const text = plan.map(({ detail }) => detail).join('\n');
    expect(text).toMatch(/SEARCH sessions USING INDEX sessions_by_account/);
    expect(text).not.toMatch(/SCAN sessions/);
  });
});

describe('listAccounts', () => {
  it('names each account with sessions or deliveries once, by steps through an index', async () => {
    await writeRecord(db, [
      makeSession('a', 1, { account: 'github:2' }),
      makeSession('b', 2, { account: 'github:2' }),
      makeSession('c', 3, { account: 'local' }),
      { table: 'deliveries', row: makeDelivery('d', 1) },
    ]);
    expect(await listAccounts(db, 10)).toEqual(['github:1', 'github:2', 'local']);
    expect(await listAccounts(db, 2)).toEqual(['github:1', 'github:2']);
    const plan = await db.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${accountsQuery(10)}`);
    expect(plan.map(({ detail }) => detail).join('\n')).not.toMatch(/SCAN (?:sessions|deliveries)/);
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
      { table: 'deliveries', row: makeDelivery('a', 1) },
      { table: 'deliveries', row: makeDelivery('b', 2) },
    ]);
    const { updatedAt: _updatedAt, ...view } = makeDelivery('b', 2);
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
      { table: 'repositories', row: { ...makeRepository(5), installationId: null, updatedAt: 9 } },
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
