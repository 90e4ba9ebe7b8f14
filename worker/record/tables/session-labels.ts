import { index, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** The labels of sessions, for lists by label. */
export const sessionLabels = sqliteTable(
  'session_labels',
  { sessionId: text('session_id').notNull(), label: text().notNull() },
  (table) => [
    primaryKey({ columns: [table.sessionId, table.label] }),
    index('session_labels_by_label').on(table.label, table.sessionId),
  ],
);
