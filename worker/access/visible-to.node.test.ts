import { beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '../../protocol/access.ts';
import type { RecordDb } from '../record/open-record.ts';
import { sessions } from '../record/schema.ts';
import { makeSession, openEmptyRecord } from '../record/testing/record-fixtures.ts';
import { writeRecord } from '../record/write-record.ts';
import { type AccountReach, type Reach, roleFor } from './reach.ts';
import { visibleTo } from './visible-to.ts';

const ACCOUNTS = ['github:1', 'github:2', 'local'];
const REPOSITORIES = [null, 10, 11];
const THINGS = ACCOUNTS.flatMap((account) => REPOSITORIES.map((repositoryId) => ({ account, repositoryId })));
const idOf = ({ account, repositoryId }: (typeof THINGS)[number]) => `${account}/${repositoryId}`;

let db: RecordDb;
beforeAll(async () => {
  db = await openEmptyRecord();
  await writeRecord(
    db,
    THINGS.map((thing, at) => makeSession(idOf(thing), at + 1, thing)),
  );
});

async function seen(reach: Reach, account: string | null = null): Promise<string[]> {
  const rows = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(visibleTo(reach, sessions, account));
  return rows.map(({ id }) => id).sort();
}

/** Every combination of a role for the account and roles for none, some or all of its repositories. */
const WITHIN: Omit<AccountReach, 'account'>[] = [null, ...ROLES].flatMap((role) => [
  { role, repositories: 'all' as const },
  { role, repositories: new Map() },
  { role, repositories: new Map([[10, 'viewer' as const]]) },
  {
    role,
    repositories: new Map([
      [10, 'admin' as const],
      [11, 'operator' as const],
    ]),
  },
]);

describe('the rows of a list', () => {
  it('are exactly those that a caller reaches one by one, whatever he reaches', async () => {
    for (const first of WITHIN) {
      for (const second of [null, ...WITHIN]) {
        const accounts = [{ account: 'github:1', ...first }];
        if (second !== null) accounts.push({ account: 'github:2', ...second });
        const reach: Reach = { kind: 'accounts', accounts };
        const reached = THINGS.filter((thing) => roleFor(reach, thing) !== null);
        expect(await seen(reach)).toEqual(reached.map(idOf).sort());
        const ofFirst = reached.filter(({ account }) => account === 'github:1');
        expect(await seen(reach, 'github:1')).toEqual(ofFirst.map(idOf).sort());
      }
    }
  });

  it('are all for the holder of the admin key, and none for who reaches nothing', async () => {
    expect(await seen({ kind: 'deployment' })).toHaveLength(THINGS.length);
    expect(await seen({ kind: 'deployment' }, 'local')).toHaveLength(REPOSITORIES.length);
    expect(await seen({ kind: 'accounts', accounts: [] })).toEqual([]);
  });

  it('of ten thousand repositories are asked for with one parameter', () => {
    const repositories = new Map(Array.from({ length: 10_000 }, (_, id) => [id, 'viewer' as const]));
    const reach: Reach = { kind: 'accounts', accounts: [{ account: 'github:1', role: null, repositories }] };
    const { params } = db.select().from(sessions).where(visibleTo(reach, sessions)).toSQL();
    expect(params).toHaveLength(2);
  });
});
