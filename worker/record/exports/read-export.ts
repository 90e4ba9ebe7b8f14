import { and, eq, gt, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { ExportKind } from '../../../protocol/exports.ts';
import type { AccountKey, SessionId } from '../../../protocol/ids.ts';
import type { SessionStatus } from '../../../protocol/session.ts';
import type { MessageSource } from '../../../protocol/task.ts';
import type { RecordDb } from '../open-record.ts';
import { sessions } from '../schema.ts';
import { auditLog } from '../tables/audit-log.ts';
import { EXPORT_SOURCES, type ExportSource, fromClause, sizeOf, wholeOrder } from './export-sources.ts';

/** Which rows. `visible` is what the caller may see of the sessions; nothing else leaves rows out for their owner. */
export type ExportFilter = {
  account: AccountKey;
  visible: SQL | undefined;
  session?: SessionId | undefined;
  repository?: string | undefined;
  status?: SessionStatus | undefined;
  source?: MessageSource | undefined;
  assignee?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
};

/** Values of `wholeOrder` in the last row that was read. */
export type ExportPosition = readonly (string | number)[];

export type ExportedRow = Readonly<Record<string, unknown>>;
/** Rows with the place of each. */
export type ExportPage = readonly { row: ExportedRow; position: ExportPosition }[];

/** How much is asked for at once. */
export type PageBounds = { rows: number; bytes: number };

/**
 * Every value of a page is an object of its own on its way through the client: a page of 1,000 rows is some 10 MB of
 * them, twice that while the next one is on its way, of an isolate's 128 MB. A million rows are a thousand questions or
 * a few more; a request of the platform may ask 10,000.
 */
export const EXPORT_PAGE: PageBounds = { rows: 1_000, bytes: 1_000_000 };

/**
 * The next rows after a position. Fewer than asked for when their texts are long, but at least one when there is one:
 * the database adds up their sizes, which it knows without reading them, before it hands any of them out.
 */
export async function readExportPage(
  db: RecordDb,
  kind: ExportKind,
  filter: ExportFilter,
  after: ExportPosition | null,
  bounds: PageBounds,
): Promise<ExportPage> {
  const source: ExportSource = EXPORT_SOURCES[kind];
  const order = wholeOrder(source);
  const base = db
    .select({ row: source.columns, position: positionColumns(order) })
    .from(source.table)
    .$dynamic();
  const joined =
    source.sessionId === null || source.table === sessions
      ? base
      : base.innerJoin(sessions, eq(sessions.id, source.sessionId));
  const found = await joined
    .where(sql`${rowIdOf(source)} IN (${fittingRows(source, filter, after, bounds)})`)
    .orderBy(...order);
  return found.map(({ row, position }) => ({ row, position: Object.values(position) }));
}

/** Where the row number `count` after a position stands; null when there are no rows beyond it. */
export async function findExportEnd(
  db: RecordDb,
  kind: ExportKind,
  filter: ExportFilter,
  after: ExportPosition | null,
  count: number,
): Promise<ExportPosition | null> {
  // One row more than the part holds: without it the part is the last one.
  const ends = await db.all<Record<string, string | number>>(
    exportEndQuery(EXPORT_SOURCES[kind], filter, after, count),
  );
  const [end, beyond] = ends;
  return end === undefined || beyond === undefined ? null : Object.values(end);
}

/** Exported for the test that looks at its plan. */
export function exportEndQuery(
  source: ExportSource,
  filter: ExportFilter,
  after: ExportPosition | null,
  count: number,
): SQL {
  const order = list(wholeOrder(source));
  return sql`SELECT ${order} ${fromClause(source)} WHERE ${whereOf(source, filter, after)}
    ORDER BY ${order} LIMIT 2 OFFSET ${count - 1}`;
}

/** Row ids of the next rows that fit. Exported for the test that looks at its plan. */
export function fittingRows(
  source: ExportSource,
  filter: ExportFilter,
  after: ExportPosition | null,
  { rows, bytes }: PageBounds,
): SQL {
  const order = list(wholeOrder(source));
  const named = list(
    wholeOrder(source).map((column, index) => sql`${column} AS ${sql.identifier(`k${index}`)}`),
  );
  const keys = list(wholeOrder(source).map((_column, index) => sql.identifier(`k${index}`)));
  return sql`SELECT row_id FROM (
    SELECT row_id, sum(size) OVER (ORDER BY ${keys} ROWS UNBOUNDED PRECEDING) - size AS before FROM (
      SELECT ${rowIdOf(source)} AS row_id, ${sizeOf(source)} AS size, ${named}
      ${fromClause(source)} WHERE ${whereOf(source, filter, after)} ORDER BY ${order} LIMIT ${rows}
    )
  ) WHERE before < ${bytes}`;
}

function whereOf(source: ExportSource, filter: ExportFilter, after: ExportPosition | null): SQL {
  const { from, to } = filter;
  const own = [
    from === undefined ? undefined : gte(source.at, from),
    to === undefined ? undefined : lt(source.at, to),
  ];
  if (source.sessionId === null) {
    // Lines are numbered from 1. Said also of the first page, since else the planner takes an index by something else.
    const beyond = gt(auditLog.number, Number(after?.[0] ?? 0));
    return and(eq(auditLog.account, filter.account), ...own, beyond) ?? sql`1`;
  }
  const belongs = source.table === sessions ? undefined : eq(source.sessionId, sessions.id);
  return and(ofSessions(filter), belongs, ...own, beyondPosition(source, after)) ?? sql`1`;
}

function ofSessions({
  account,
  visible,
  session,
  repository,
  status,
  source,
  assignee,
  to,
}: ExportFilter): SQL | undefined {
  return and(
    eq(sessions.account, account),
    visible,
    session === undefined ? undefined : eq(sessions.id, session),
    repository === undefined ? undefined : ofRepository(repository),
    status === undefined ? undefined : eq(sessions.status, status),
    source === undefined ? undefined : eq(sessions.source, source),
    assignee === undefined ? undefined : eq(sessions.assignee, assignee),
    // Nothing of a session is older than the session.
    to === undefined ? undefined : lt(sessions.createdAt, to),
  );
}

/** By its numeric id, or by the name that it had when the session last changed. */
function ofRepository(repository: string): SQL {
  return repository.includes('/')
    ? eq(sessions.repository, repository)
    : eq(sessions.repositoryId, Number(repository));
}

/** Sessions from the position's on, by the index; of the position's own session, the rows behind it. */
function beyondPosition({ order }: ExportSource, after: ExportPosition | null): SQL | undefined {
  if (after === null) return undefined;
  const session = sql`(${sessions.createdAt}, ${sessions.id})`;
  const known = sql`(${values(after.slice(0, 2))})`;
  if (order.length === 0) return sql`${session} > ${known}`;
  const behind = sql`(${list(order)}) > (${values(after.slice(2))})`;
  return sql`${session} >= ${known} AND (${session} > ${known} OR ${behind})`;
}

/** The sessions' row number is their row id. */
function rowIdOf({ table }: ExportSource): SQL {
  return table === sessions ? sql`${sessions.rowNumber}` : sql`${table}.rowid`;
}

function positionColumns(order: readonly SQLiteColumn[]): Record<string, SQL<string | number>> {
  return Object.fromEntries(order.map((column, index) => [`k${index}`, sql<string | number>`${column}`]));
}

const list = (parts: readonly (SQLiteColumn | SQL | ReturnType<typeof sql.identifier>)[]): SQL =>
  sql.join(
    parts.map((part) => sql`${part}`),
    sql`, `,
  );

const values = (position: ExportPosition): SQL => list(position.map((value) => sql`${value}`));
