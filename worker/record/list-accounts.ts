import { sql } from 'drizzle-orm';
import type { AccountKey } from '../../protocol/ids.ts';
import type { RecordDb } from './open-record.ts';

/**
 * Accounts that have sessions, deliveries or an audit log, in order. Each step looks up the next key in an index, so that the
 * number of rows doesn't matter.
 */
export async function listAccounts(db: RecordDb, limit: number): Promise<AccountKey[]> {
  const rows = await db.all<{ account: AccountKey }>(accountsQuery(limit));
  return rows.map(({ account }) => account);
}

/** Exported for the test that looks at its plan. */
export function accountsQuery(limit: number) {
  return sql`
    WITH RECURSIVE
      of_sessions (account) AS (
        SELECT MIN(account) FROM sessions
        UNION ALL
        SELECT (SELECT MIN(account) FROM sessions WHERE account > of_sessions.account)
        FROM of_sessions WHERE of_sessions.account IS NOT NULL
      ),
      of_deliveries (account) AS (
        SELECT MIN(account) FROM deliveries
        UNION ALL
        SELECT (SELECT MIN(account) FROM deliveries WHERE account > of_deliveries.account)
        FROM of_deliveries WHERE of_deliveries.account IS NOT NULL
      ),
      of_audit (account) AS (
        SELECT MIN(account) FROM audit_log
        UNION ALL
        SELECT (SELECT MIN(account) FROM audit_log WHERE account > of_audit.account)
        FROM of_audit WHERE of_audit.account IS NOT NULL
      )
    SELECT account FROM of_sessions WHERE account IS NOT NULL
    UNION SELECT account FROM of_deliveries WHERE account IS NOT NULL
    UNION SELECT account FROM of_audit WHERE account IS NOT NULL
    ORDER BY account LIMIT ${limit}`;
}
