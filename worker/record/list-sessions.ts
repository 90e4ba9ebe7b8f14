import { and, desc, eq, like, type SQL, sql } from 'drizzle-orm';
import type { SessionSummary } from '../../protocol/http.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import type { SessionStatus } from '../../protocol/session.ts';
import type { RecordDb } from './open-record.ts';
import { cutPage, type PageCursor } from './page-cursor.ts';
import { sessions } from './schema.ts';

export type SessionQuery = {
  account: AccountKey | null;
  status: SessionStatus | null;
  /** Part of the title, in any case. */
  title: string | null;
  cursor: PageCursor | null;
  limit: number;
};

/** The title index holds sequences of three characters; it can't find fewer. */
const MIN_INDEXED_CHARS = 3;

/** Sessions, the last changed first. */
export async function listSessions(
  db: RecordDb,
  query: SessionQuery,
): Promise<{ items: SessionSummary[]; next: string | null }> {
  const rows = await sessionsQuery(db, query);
  return cutPage(rows, query.limit, (row) => ({ at: row.updatedAt, id: row.id }));
}

/** Exported for the test that looks at its plan. */
export function sessionsQuery(db: RecordDb, { account, status, title, cursor, limit }: SessionQuery) {
  const { id, projectType, repository, branch, source, taskCount, costUsd, createdAt, updatedAt } = sessions;
  return db
    .select({
      id,
      account: sessions.account,
      title: sessions.title,
      status: sessions.status,
      projectType,
      repository,
      branch,
      source,
      taskCount,
      costUsd,
      createdAt,
      updatedAt,
    })
    .from(sessions)
    .where(
      and(
        account === null ? undefined : eq(sessions.account, account),
        status === null ? undefined : eq(sessions.status, status),
        title === null ? undefined : titleHas(title),
        cursor === null ? undefined : sql`(${updatedAt}, ${id}) < (${cursor.at}, ${cursor.id})`,
      ),
    )
    .orderBy(desc(updatedAt), desc(id))
    .limit(limit + 1);
}

function titleHas(text: string): SQL {
  if ([...text].length < MIN_INDEXED_CHARS) {
    return like(sessions.title, sql`${`%${text.replace(/[\\%_]/g, '\\$&')}%`} ESCAPE '\\'`);
  }
  const phrase = `"${text.replaceAll('"', '""')}"`;
  return sql`${sessions.rowNumber} IN (SELECT rowid FROM session_titles WHERE session_titles MATCH ${phrase})`;
}
