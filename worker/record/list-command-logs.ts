import { and, asc, eq, sql } from 'drizzle-orm';
import type { CommandLog } from '../../protocol/http.ts';
import { taskIdOf } from '../../protocol/ids.ts';
import type { RecordDb } from './open-record.ts';
import { cutPage, type PageCursor } from './page-cursor.ts';
import { commandLogs } from './schema.ts';

export type CommandLogQuery = {
  sessionId: string;
  /** Number of a task. */
  task?: number | undefined;
  tool?: string | undefined;
  status?: CommandLog['status'] | undefined;
  cursor: PageCursor | null;
  limit: number;
};

/** A session's tool calls, the oldest first. */
export async function listCommandLogs(db: RecordDb, query: CommandLogQuery) {
  const rows = await commandLogsQuery(db, query);
  return cutPage(rows, query.limit, (row) => ({ at: row.startedAt, id: row.toolUseId }));
}

/** Exported for the test that looks at its plan. */
export function commandLogsQuery(db: RecordDb, query: CommandLogQuery) {
  const { sessionId, task, tool, status, cursor, limit } = query;
  const { startedAt, toolUseId } = commandLogs;
  return db
    .select()
    .from(commandLogs)
    .where(
      and(
        eq(commandLogs.sessionId, sessionId),
        // The index in order serves all of it: a task's calls lie side by side there.
        task === undefined ? undefined : sql`+${commandLogs.taskId} = ${taskIdOf(sessionId, task)}`,
        tool === undefined ? undefined : eq(commandLogs.tool, tool),
        status === undefined ? undefined : eq(commandLogs.status, status),
        cursor === null ? undefined : sql`(${startedAt}, ${toolUseId}) > (${cursor.at}, ${cursor.id})`,
      ),
    )
    .orderBy(asc(startedAt), asc(toolUseId))
    .limit(limit + 1);
}
