import { and, desc, eq, gt, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { AuditEntry, AuditOutcome } from '../../protocol/audit.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import type { RecordDb } from './open-record.ts';
import { cutPage, type PageCursor } from './page-cursor.ts';
import { ACTOR_NAME, auditLog, TARGET_ID } from './tables/audit-log.ts';

export type AuditQuery = {
  account: AccountKey;
  action: string | null;
  actor: string | null;
  target: string | null;
  outcome: AuditOutcome | null;
  /** ms since 1970: from the first on, up to but without the second. */
  from: number | null;
  to: number | null;
  cursor: PageCursor | null;
  limit: number;
};

/** An account's audit log, the latest first. */
export async function listAudit(
  db: RecordDb,
  query: AuditQuery,
): Promise<{ items: AuditEntry[]; next: string | null }> {
  const rows = await auditQuery(db, query);
  return cutPage(rows, query.limit, ({ at, number }) => ({ at, id: String(number) }));
}

/** Exported for the test that looks at its plan. */
export function auditQuery(db: RecordDb, query: AuditQuery) {
  const { account, action, actor, target, outcome, from, to, cursor, limit } = query;
  const { at, number } = auditLog;
  return db
    .select()
    .from(auditLog)
    .where(
      and(
        eq(auditLog.account, account),
        when(action, (value) => eq(auditLog.action, value)),
        when(actor, (value) => sql`${ACTOR_NAME} = ${value}`),
        when(target, (value) => sql`${TARGET_ID} = ${value}`),
        when(outcome, (value) => eq(auditLog.outcome, value)),
        when(from, (value) => gte(at, value)),
        when(to, (value) => lt(at, value)),
        when(cursor, ({ at: lastAt, id }) => sql`(${at}, ${number}) < (${lastAt}, ${Number(id)})`),
      ),
    )
    .orderBy(desc(at), desc(number))
    .limit(limit + 1);
}

function when<T>(value: T | null, condition: (value: T) => SQL): SQL | undefined {
  return value === null ? undefined : condition(value);
}

/** The lines of an account after a number, in the order of the chain. */
export function readAuditLines(
  db: RecordDb,
  account: AccountKey,
  afterNumber: number,
  limit: number,
): Promise<AuditEntry[]> {
  return db
    .select()
    .from(auditLog)
    .where(and(eq(auditLog.account, account), gt(auditLog.number, afterNumber)))
    .orderBy(auditLog.number)
    .limit(limit);
}
