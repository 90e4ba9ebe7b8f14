import { and, type Column, desc, eq, like, type SQL, sql } from 'drizzle-orm';
import type { SessionSummary } from '../../protocol/http.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import type { SessionStatus } from '../../protocol/session.ts';
import type { Reach } from '../access/reach.ts';
import { visibleTo } from '../access/visible-to.ts';
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
  /** Whoever asks; other sessions are left out. */
  reach: Reach;
};

/** The title index holds sequences of three characters; it can't find fewer. */
const MIN_INDEXED_CHARS = 3;

/**
 * Titles are compared one by one in so many of the latest sessions before the index is asked. A word that is in every
 * fortieth title fills a page from these; of one that is in fewer, the index has few enough to sort. Each way alone
 * takes 200 ms with 100,000 sessions: the one for rare words, the other for common ones.
 */
export const LATEST_ROWS = 2_000;

/** Sessions, the last changed first. */
export async function listSessions(
  db: RecordDb,
  query: SessionQuery,
): Promise<{ items: SessionSummary[]; next: string | null }> {
  const latest =
    isIndexed(query.title) && isAscii(query.title) ? await latestQuery(db, query, query.title) : [];
  const rows = latest.length > query.limit ? latest : await sessionsQuery(db, query);
  return cutPage(rows, query.limit, (row) => ({ at: row.updatedAt, id: row.id }));
}

/** `LIKE` folds the case of ASCII only, the index that of every letter. */
const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

function isIndexed(title: string | null): title is string {
  return title !== null && [...title].length >= MIN_INDEXED_CHARS;
}

/** A page from the latest sessions only: whole if it is full. Exported for the test that looks at its plan. */
export function latestQuery(db: RecordDb, query: SessionQuery, title: string) {
  const latest = sessionsQuery(db, { ...query, title: null, limit: LATEST_ROWS - 1 }).as('latest');
  return db
    .select()
    .from(latest)
    .where(titleLike(latest.title, title))
    .orderBy(desc(latest.updatedAt), desc(latest.id))
    .limit(query.limit + 1);
}

/** Exported for the test that looks at its plan. */
export function sessionsQuery(db: RecordDb, { account, status, title, cursor, limit, reach }: SessionQuery) {
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
        visibleTo(reach, sessions, account),
        status === null ? undefined : eq(sessions.status, status),
        title === null ? undefined : titleHas(title),
        cursor === null ? undefined : sql`(${updatedAt}, ${id}) < (${cursor.at}, ${cursor.id})`,
      ),
    )
    .orderBy(desc(updatedAt), desc(id))
    .limit(limit + 1);
}

function titleHas(text: string): SQL {
  if (!isIndexed(text)) return titleLike(sessions.title, text);
  const phrase = `"${text.replaceAll('"', '""')}"`;
  return sql`${sessions.rowNumber} IN (SELECT rowid FROM session_titles WHERE session_titles MATCH ${phrase})`;
}

function titleLike(title: Column, text: string): SQL {
  return like(title, sql`${`%${text.replace(/[\\%_]/g, '\\$&')}%`} ESCAPE '\\'`);
}
