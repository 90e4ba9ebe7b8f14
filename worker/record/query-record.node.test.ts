import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryView } from '../../protocol/http.ts';
import { findRepository } from './find-repository.ts';
import { accountsQuery, listAccounts } from './list-accounts.ts';
import { commandLogsQuery } from './list-command-logs.ts';
import { deliveriesQuery, findDeliveryAccount, listDeliveries } from './list-deliveries.ts';
import type { RecordDb } from './open-record.ts';
import * as schema from './schema.ts';
import { deleteExpiredSignInTokens, storeSignInToken, useSignInToken } from './sign-in-tokens.ts';
import { makeDelivery, makeRepository, makeSession, openEmptyRecord } from './testing/record-fixtures.ts';
import { writeRecord } from './write-record.ts';

let db: RecordDb;

beforeEach(async () => {
  db = await openEmptyRecord();
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
    expect(plan.map(({ detail }) => detail).join('\n')).not.toMatch(/SCAN (?:sessions|deliveries|audit_log)/);
  });
});

describe('every list', () => {
  const cursor = { at: 5, id: 'x' };
  it.each([
    ['command logs', () => commandLogsQuery(db, { sessionId: 's', cursor, limit: 5 })],
    ['deliveries', () => deliveriesQuery(db, { cursor, limit: 5 })],
  ])('is served by an index, without a sort: %s', async (_list, queryOf) => {
    const plan = await db.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${queryOf().getSQL()}`);
    const text = plan.map(({ detail }) => detail).join('\n');
    expect(text).toMatch(/^SEARCH \w+ USING INDEX/);
    expect(text).not.toMatch(/SCAN|TEMP B-TREE/);
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
