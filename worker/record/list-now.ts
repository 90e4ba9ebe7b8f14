import { and, desc, eq, inArray, notInArray, type SQL, sql } from 'drizzle-orm';
import type { AccountKey } from '../../protocol/ids.ts';
import { MAX_ENDED_TASKS, MAX_OPEN_TASKS, type NowTask, type NowView } from '../../protocol/now.ts';
import type { SessionStatus } from '../../protocol/session.ts';
import { TERMINAL_STATES } from '../../protocol/task-state.ts';
import type { Reach } from '../access/reach.ts';
import { visibleTo } from '../access/visible-to.ts';
import type { RecordDb } from './open-record.ts';
import { sessions, tasks } from './schema.ts';

/** As much of a request as a line shows. */
const REQUEST_CHARS = 200;

/** Sessions that may have a task that is not over. */
const BUSY: SessionStatus[] = ['active', 'waiting', 'paused'];

const COLUMNS = {
  id: tasks.id,
  sessionId: tasks.sessionId,
  account: tasks.account,
  title: sessions.title,
  repository: sessions.repository,
  status: sessions.status,
  state: tasks.state,
  stateSince: tasks.stateSince,
  request: sql<string>`substr(${tasks.request}, 1, ${REQUEST_CHARS})`,
  requester: tasks.requesterLogin,
  runnerName: tasks.runnerName,
  costUsd: tasks.costUsd,
  pullUrl: tasks.pullUrl,
  failure: tasks.failure,
  createdAt: tasks.createdAt,
  startedAt: tasks.startedAt,
  endedAt: tasks.endedAt,
};

/** What goes on, of what the caller may see. */
export async function listNow(db: RecordDb, reach: Reach, account: AccountKey | null): Promise<NowView> {
  const [open, ended] = await Promise.all([openQuery(db, reach, account), endedQuery(db, reach, account)]);
  return {
    open: open.slice(0, MAX_OPEN_TASKS).map(viewOf),
    more: open.length > MAX_OPEN_TASKS,
    ended: ended.map(viewOf),
  };
}

type Row = Omit<NowTask, 'failure'> & { failure: { kind: NowTask['failure'] } | null };

const viewOf = ({ failure, ...row }: Row): NowTask => ({ ...row, failure: failure?.kind ?? null });

/** Exported for the test that looks at its plan. */
export function openQuery(db: RecordDb, reach: Reach, account: AccountKey | null) {
  return db
    .select(COLUMNS)
    .from(sessions)
    .innerJoin(tasks, and(eq(tasks.sessionId, sessions.id), notInArray(tasks.state, [...TERMINAL_STATES])))
    .where(and(visibleTo(reach, sessions, account), inArray(sessions.status, BUSY)))
    .orderBy(desc(sessions.updatedAt), desc(sessions.id), desc(tasks.number))
    .limit(MAX_OPEN_TASKS + 1);
}

/** The last task of each. Exported for the test that looks at its plan. */
export function endedQuery(db: RecordDb, reach: Reach, account: AccountKey | null) {
  const isLast: SQL | undefined = and(
    eq(tasks.sessionId, sessions.id),
    eq(tasks.number, sessions.taskCount),
    inArray(tasks.state, [...TERMINAL_STATES]),
  );
  return db
    .select(COLUMNS)
    .from(sessions)
    .innerJoin(tasks, isLast)
    .where(and(visibleTo(reach, sessions, account), eq(sessions.status, 'idle')))
    .orderBy(desc(sessions.updatedAt), desc(sessions.id))
    .limit(MAX_ENDED_TASKS);
}
