import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { AccountKey } from '../../../protocol/ids.ts';
import type {
  QuestionItem,
  QuestionReply,
  QuestionState,
  QuestionView,
} from '../../../protocol/questions.ts';

/** What Claude asked people, what it wanted to be permitted, and who answered what. */
export const questions = sqliteTable(
  'questions',
  {
    sessionId: text('session_id').notNull(),
    taskId: text('task_id').notNull(),
    id: text().notNull(),
    account: text().$type<AccountKey>().notNull(),
    repositoryId: integer('repository_id'),
    kind: text().$type<QuestionView['kind']>().notNull(),
    items: text({ mode: 'json' }).$type<QuestionItem[]>().notNull(),
    /** Of a permission. */
    tool: text(),
    toolInput: text('tool_input'),
    status: text().$type<QuestionState['status']>().notNull(),
    reply: text({ mode: 'json' }).$type<QuestionReply>(),
    /** Null for an answer: nobody gave one in time. */
    answeredBy: text('answered_by'),
    askedAt: integer('asked_at').notNull(),
    /** When it was answered or withdrawn. */
    settledAt: integer('settled_at'),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.sessionId, table.taskId, table.id] }),
    index('questions_by_task').on(table.taskId),
  ],
);
