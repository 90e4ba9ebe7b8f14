import { and, eq, inArray, sql } from 'drizzle-orm';
import type { AccountKey, SessionId } from '../../protocol/ids.ts';
import type { SessionStatus } from '../../protocol/session.ts';
import type { RecordDb } from './open-record.ts';
import { sessions } from './schema.ts';

/** States of sessions in which something is still to happen. */
const BUSY: SessionStatus[] = ['active', 'waiting'];

/**
 * Some of the sessions that the record takes for busy: the `turn`-th so many of them, and from the beginning again
 * after the last, so that turn after turn each of them comes.
 */
export async function listBusySessions(db: RecordDb, turn: number, limit: number): Promise<SessionId[]> {
  const busy = inArray(sessions.status, BUSY);
  const count = await db.$count(sessions, busy);
  if (count === 0) return [];
  const rows = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(busy)
    .orderBy(sql`${sessions.rowNumber}`)
    .limit(limit)
    .offset((turn % Math.ceil(count / limit)) * limit);
  return rows.map(({ id }) => id);
}

/** Far above what an account has at work at one time. */
const MAX_BUSY = 5_000;

/** The busy sessions of an account that work in these repositories; `all`: in any repository on GitHub. */
export async function listBusyAt(
  db: RecordDb,
  account: AccountKey,
  repositories: readonly number[] | 'all',
): Promise<SessionId[]> {
  if (repositories !== 'all' && repositories.length === 0) return [];
  const there =
    repositories === 'all'
      ? sql`${sessions.repositoryId} IS NOT NULL`
      : inArray(sessions.repositoryId, [...repositories]);
  const rows = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.account, account), inArray(sessions.status, BUSY), there))
    .limit(MAX_BUSY);
  return rows.map(({ id }) => id);
}
