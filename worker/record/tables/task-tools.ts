import { integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/**
 * The tool calls of each task, summed up as rows come and go in `command_logs`, by triggers of the database: a month of
 * calls is too much to add up for each question. The sums are at all times those of the rows.
 */
export const taskTools = sqliteTable(
  'task_tools',
  {
    sessionId: text('session_id').notNull(),
    taskId: text('task_id').notNull(),
    /** Empty while only the end of a call is known. */
    tool: text().notNull(),
    calls: integer().notNull(),
    errors: integer().notNull(),
    durationMs: real('duration_ms').notNull(),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.taskId, table.tool] })],
);
