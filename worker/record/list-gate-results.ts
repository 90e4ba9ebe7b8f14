import { and, desc, eq, gte, lt, sql } from 'drizzle-orm';
import type { GateResultRow } from '../../protocol/gate-results.ts';
import type { GateKind, GateStatus } from '../../protocol/gates.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import type { Reach } from '../access/reach.ts';
import { visibleTo } from '../access/visible-to.ts';
import type { RecordDb } from './open-record.ts';
import { cutPage, type PageCursor } from './page-cursor.ts';
import { gateResults } from './tables/gate-results.ts';

export type GateResultQuery = {
  account: AccountKey;
  /** Whoever asks; results out of reach are left out. */
  reach: Reach;
  repository?: number | undefined;
  name?: string | undefined;
  kind?: GateKind | undefined;
  outcome?: GateStatus | undefined;
  /** ms since 1970: from the first on, up to but without the second. */
  from?: number | undefined;
  to?: number | undefined;
  cursor: PageCursor | null;
  limit: number;
};

const SHOWN = {
  sessionId: gateResults.sessionId,
  eventId: gateResults.eventId,
  taskId: gateResults.taskId,
  repositoryId: gateResults.repositoryId,
  name: gateResults.name,
  kind: gateResults.kind,
  required: gateResults.required,
  status: gateResults.status,
  detail: gateResults.detail,
  exitCode: gateResults.exitCode,
  durationMs: gateResults.durationMs,
  tests: gateResults.tests,
  at: gateResults.at,
};

/** How an account's gates ended, the latest first. */
export async function listGateResults(
  db: RecordDb,
  query: GateResultQuery,
): Promise<{ items: GateResultRow[]; next: string | null }> {
  const rows = await gateResultsQuery(db, query);
  return cutPage(rows, query.limit, ({ at, sessionId, eventId }) => ({ at, id: `${sessionId}.${eventId}` }));
}

/** Exported for the test that looks at its plan. */
export function gateResultsQuery(db: RecordDb, query: GateResultQuery) {
  const { account, reach, repository, name, kind, outcome, from, to, cursor, limit } = query;
  const { at, sessionId, eventId, annotations } = gateResults;
  return db
    .select({ ...SHOWN, findings: sql<number>`json_array_length(${annotations})` })
    .from(gateResults)
    .where(
      and(
        eq(gateResults.account, account),
        visibleTo(reach, gateResults, account),
        repository === undefined ? undefined : eq(gateResults.repositoryId, repository),
        name === undefined ? undefined : eq(gateResults.name, name),
        kind === undefined ? undefined : eq(gateResults.kind, kind),
        outcome === undefined ? undefined : eq(gateResults.status, outcome),
        from === undefined ? undefined : gte(at, from),
        to === undefined ? undefined : lt(at, to),
        cursor === null ? undefined : sql`(${at}, ${sessionId}, ${eventId}) < ${keyOf(cursor)}`,
      ),
    )
    .orderBy(desc(at), desc(sessionId), desc(eventId))
    .limit(limit + 1);
}

function keyOf({ at, id }: PageCursor) {
  const dot = id.lastIndexOf('.');
  return sql`(${at}, ${id.slice(0, dot)}, ${Number(id.slice(dot + 1))})`;
}
