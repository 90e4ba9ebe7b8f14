import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Annotation, GateKind, GateStatus, GateSummary } from '../../../protocol/gates.ts';
import type { AccountKey } from '../../../protocol/ids.ts';

/** How each gate ended, once a round; the event's number tells rounds apart. Lines never change. */
export const gateResults = sqliteTable(
  'gate_results',
  {
    sessionId: text('session_id').notNull(),
    eventId: integer('event_id').notNull(),
    taskId: text('task_id').notNull(),
    account: text().$type<AccountKey>().notNull(),
    repositoryId: integer('repository_id'),
    name: text().notNull(),
    kind: text().$type<GateKind>().notNull(),
    required: integer({ mode: 'boolean' }).notNull(),
    status: text().$type<GateStatus>().notNull(),
    detail: text(),
    exitCode: integer('exit_code'),
    output: text().notNull(),
    outputCut: integer('output_cut', { mode: 'boolean' }).notNull(),
    /** Counts of its reports; null without any. */
    tests: text({ mode: 'json' }).$type<NonNullable<GateSummary['tests']>>(),
    annotations: text({ mode: 'json' }).$type<Annotation[]>().notNull(),
    durationMs: integer('duration_ms').notNull(),
    at: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.sessionId, table.eventId] }),
    index('gate_results_by_task').on(table.taskId, table.eventId),
    // The whole order of the list, so that a page needs no sort.
    index('gate_results_by_account').on(table.account, table.at, table.sessionId, table.eventId),
    index('gate_results_by_repository').on(
      table.account,
      table.repositoryId,
      table.at,
      table.sessionId,
      table.eventId,
    ),
    index('gate_results_by_name').on(table.account, table.name, table.at, table.sessionId, table.eventId),
    index('gate_results_by_outcome').on(
      table.account,
      table.status,
      table.at,
      table.sessionId,
      table.eventId,
    ),
  ],
);
