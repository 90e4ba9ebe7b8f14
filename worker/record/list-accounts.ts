import { sql } from 'drizzle-orm';
import type { AccountKey } from '../../protocol/ids.ts';
import type { RecordDb } from './open-record.ts';

/**
 * Accounts that have sessions or deliveries, in order. Each step looks up the next key in an index, so that the
 * number of rows doesn't matter.
 */
export async function listAccounts(db: RecordDb, limit: number): Promise<AccountKey[]> {
  const rows = await db.all<{ account: AccountKey }>(accountsQuery(limit));
  return rows.map(({ account }) => account);
}

/** Exported for the test that looks at its plan. */
export function accountsQuery(limit: number) {
  return sql`
    WITH RECURSIVE known (account) AS (
      SELECT MIN(a) FROM (SELECT MIN(account) AS a FROM sessions UNION ALL SELECT MIN(account) FROM deliveries)
      UNION ALL
      SELECT (SELECT MIN(a) FROM (
        SELECT MIN(account) AS a FROM sessions WHERE account > known.account
        UNION ALL SELECT MIN(account) FROM deliveries WHERE account > known.account))
      FROM known WHERE known.account IS NOT NULL
    )
    SELECT account FROM known WHERE account IS NOT NULL LIMIT ${limit}`;
}
