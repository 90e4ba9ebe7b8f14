import { and, type SQL, sql } from 'drizzle-orm';
import type { SessionSummary } from '../../protocol/http.ts';
import type { RecordDb } from './open-record.ts';
import { cutPage } from './page-cursor.ts';
import { sessions } from './schema.ts';
import { searchQuery, TEXTS } from './search-text.ts';
import { orderOf, plainConditions, type SessionQuery } from './session-query.ts';

/**
 * Words and labels name sets of sessions, apart from the order of the list. A small set is sorted. Of one with more
 * entries than this, a page is found among the first sessions of the list, which are looked at one by one: sorting it
 * takes a quarter of a second with 100,000 sessions, and so does looking through all of them for a rare word.
 */
export const SMALL_SET = 4_000;

/** So many are looked at one by one before the set is sorted all the same. */
export const FIRST_ROWS = 2_000;

/** A page of the sessions that fit, in the order asked for. */
export async function listSessions(
  db: RecordDb,
  query: SessionQuery,
): Promise<{ items: SessionSummary[]; next: string | null }> {
  const words = query.text === null ? null : searchQuery(query.text);
  if (query.text !== null && words === null) return { items: [], next: null };
  const rows = await findRows(db, query, { words, label: query.label });
  return cutPage(rows, query.limit, (row) => ({
    at: query.sort === 'updated' ? row.updatedAt : row.createdAt,
    id: row.id,
  }));
}

/** What names a set of sessions. */
export type Sets = { words: string | null; label: string | null };

async function findRows(db: RecordDb, query: SessionQuery, sets: Sets) {
  if (sets.words === null && sets.label === null) return rowsQuery(db, query, undefined);
  const first = await firstRowsQuery(db, query, sets);
  return first.length > query.limit ? first : rowsQuery(db, query, inSets(sets));
}

/** How many are looked at one by one: none of a small set. One that is small is enough: the other only takes away. */
function firstRows({ words, label }: Sets): SQL {
  const isLarge = (entries: SQL) =>
    sql`(SELECT count(*) = ${SMALL_SET} FROM (SELECT 1 FROM ${entries} LIMIT ${SMALL_SET}))`;
  const large = [
    words === null ? null : isLarge(sql`session_texts WHERE session_texts MATCH ${words}`),
    label === null ? null : isLarge(sql`session_labels WHERE label = ${label}`),
  ];
  return sql.join([sql`${FIRST_ROWS}`, ...large.filter((part) => part !== null)], sql` * `);
}

/** The sets as they are, to be sorted. */
function inSets({ words, label }: Sets): SQL | undefined {
  return and(
    words === null
      ? undefined
      : sql`${sessions.rowNumber} IN (
          SELECT rowid / ${TEXTS} FROM session_texts WHERE session_texts MATCH ${words})`,
    label === null
      ? undefined
      : sql`${sessions.id} IN (SELECT session_id FROM session_labels WHERE label = ${label})`,
  );
}

/**
 * Whether one of the first rows is in them. The words are looked up once, in the texts of these rows and of those that
 * were made between them: looked up for each row alone, a common word takes a third of a second.
 */
function isIn({ words, label }: Sets): SQL | undefined {
  return and(
    words === null
      ? undefined
      : sql`number IN (SELECT rowid / ${TEXTS} FROM session_texts WHERE session_texts MATCH ${words}
          AND rowid >= (SELECT min(number) FROM first) * ${TEXTS})`,
    label === null
      ? undefined
      : sql`EXISTS (SELECT 1 FROM session_labels WHERE session_id = first.id AND label = ${label})`,
  );
}

const {
  rowNumber,
  id,
  account,
  title,
  status,
  projectType,
  repository,
  branch,
  source,
  assignee,
  labels,
  taskCount,
  costUsd,
  createdAt,
  updatedAt,
} = sessions;
const SUMMARY = {
  ...{ id, account, title, status, projectType, repository, branch, source, assignee, labels },
  ...{ taskCount, costUsd, createdAt, updatedAt },
};

/** Exported for the test that looks at its plan. */
export function rowsQuery(db: RecordDb, query: SessionQuery, sets: SQL | undefined) {
  return db
    .select(SUMMARY)
    .from(sessions)
    .where(and(plainConditions(query), sets))
    .orderBy(...orderOf(query))
    .limit(query.limit + 1);
}

/**
 * A page from the first sessions of the list alone, or nothing for a small set: in one question, since each is a way to
 * the database. Whole rows are read for the page only. Exported for the test that looks at its plan.
 */
export function firstRowsQuery(db: RecordDb, query: SessionQuery, sets: Sets) {
  const order = sql.join(orderOf(query), sql`, `);
  const first = sql`SELECT ${rowNumber} AS number, ${id} AS id FROM ${sessions}
    WHERE ${plainConditions(query) ?? sql`1`} ORDER BY ${order} LIMIT (${firstRows(sets)})`;
  const page = sql`WITH first AS MATERIALIZED (${first})
    SELECT number FROM first WHERE ${isIn(sets)} LIMIT ${query.limit + 1}`;
  return db
    .select(SUMMARY)
    .from(sessions)
    .where(sql`${rowNumber} IN (${page})`)
    .orderBy(...orderOf(query));
}
