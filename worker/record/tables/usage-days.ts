import { integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { AccountKey } from '../../../protocol/ids.ts';

/**
 * What was used a day (UTC), summed up as rows arrive in `usage`, by a trigger of the database: a year of turns is
 * too much to add up for each question. Stays when a session is deleted; the money was spent. Its migration makes it
 * `WITHOUT ROWID`, and `task_tools` too, so that sums are read in the order of the key: drizzle has no word for that.
 */
export const usageDays = sqliteTable(
  'usage_days',
  {
    account: text().$type<AccountKey>().notNull(),
    /** Whole days since 1970. */
    day: integer().notNull(),
    /** `repositoryId`, or 0: a key can't hold null. */
    repositoryKey: integer('repository_key').notNull(),
    /** Empty where it is not known; so is `model`. */
    requesterLogin: text('requester_login').notNull(),
    model: text().notNull(),
    repositoryId: integer('repository_id'),
    turns: integer().notNull(),
    inputTokens: integer('input_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    cacheReadTokens: integer('cache_read_tokens').notNull(),
    cacheWriteTokens: integer('cache_write_tokens').notNull(),
    costUsd: real('cost_usd').notNull(),
    durationMs: real('duration_ms').notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.account, table.day, table.repositoryKey, table.requesterLogin, table.model],
    }),
  ],
);
