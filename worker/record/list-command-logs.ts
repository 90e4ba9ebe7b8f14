import { and, asc, eq, sql } from 'drizzle-orm';
import type { RecordDb } from './open-record.ts';
import { cutPage, type PageCursor } from './page-cursor.ts';
import { commandLogs } from './schema.ts';

export type CommandLogQuery = { sessionId: string; cursor: PageCursor | null; limit: number };

/** A session's tool calls, the oldest first. */
export async function listCommandLogs(db: RecordDb, query: CommandLogQuery) {
  const rows = await commandLogsQuery(db, query);
  return cutPage(rows, query.limit, (row) => ({ at: row.startedAt, id: row.toolUseId }));
}

/** Exported for the test that looks at its plan. */
export function commandLogsQuery(db: RecordDb, { sessionId, cursor, limit }: CommandLogQuery) {
  const { startedAt, toolUseId } = commandLogs;
  return db
    .select()
    .from(commandLogs)
    .where(
      and(
        eq(commandLogs.sessionId, sessionId),
        cursor === null ? undefined : sql`(${startedAt}, ${toolUseId}) > (${cursor.at}, ${cursor.id})`,
      ),
    )
    .orderBy(asc(startedAt), asc(toolUseId))
    .limit(limit + 1);
}
