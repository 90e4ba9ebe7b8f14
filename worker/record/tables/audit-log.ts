import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { AuditActor, AuditOutcome, AuditTarget } from '../../../protocol/audit.ts';
import type { AccountKey } from '../../../protocol/ids.ts';

/** SQLite uses an index on an expression where a query has the very same one. */
export const ACTOR_NAME = sql`json_extract(actor, '$.name')`;
export const TARGET_ID = sql`json_extract(target, '$.id')`;

/** Who did what, by account; the chain of hashes is made by the account's object. Lines never change. */
export const auditLog = sqliteTable(
  'audit_log',
  {
    account: text().$type<AccountKey>().notNull(),
    number: integer().notNull(),
    at: integer().notNull(),
    actor: text({ mode: 'json' }).$type<AuditActor>().notNull(),
    action: text().notNull(),
    target: text({ mode: 'json' }).$type<AuditTarget>().notNull(),
    outcome: text().$type<AuditOutcome>().notNull(),
    problem: text(),
    address: text(),
    userAgent: text('user_agent'),
    details: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    previousHash: text('previous_hash').notNull(),
    hash: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.account, table.number] }),
    index('audit_log_by_time').on(table.account, table.at, table.number),
    index('audit_log_by_action').on(table.account, table.action, table.at, table.number),
    index('audit_log_by_actor').on(table.account, ACTOR_NAME, table.at, table.number),
    index('audit_log_by_target').on(table.account, TARGET_ID, table.at, table.number),
  ],
);
