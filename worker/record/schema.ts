import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { RunnerView } from '../../protocol/fleet-view.ts';
import type { DeliveryView } from '../../protocol/http.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import type { Failure } from '../../protocol/outcome.ts';
import type { SessionStatus } from '../../protocol/session.ts';
import type { MessageSource, MessageView, Rescue } from '../../protocol/task.ts';
import type { TaskOptions } from '../../protocol/task-options.ts';
import type { TaskState } from '../../protocol/task-state.ts';
import type { ProjectType } from '../../protocol/workspace.ts';

/*
 * The queryable record in libSQL. Durable Objects are the truth; these tables are filled from their outboxes and
 * may lag. Times are ms since 1970. `updatedAt` orders the copies of one row: the newer wins.
 */

export const accounts = sqliteTable('accounts', {
  key: text().$type<AccountKey>().primaryKey(),
  login: text(),
  kind: text({ enum: ['user', 'organization', 'local'] }).notNull(),
  /** Null when the App is not (or no longer) installed. */
  installationId: integer('installation_id'),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
});

export const repositories = sqliteTable(
  'repositories',
  {
    /** GitHub's numeric id; survives renames. */
    id: integer().primaryKey(),
    account: text().$type<AccountKey>().notNull(),
    /** Null when the App can't reach the repository (any more). */
    installationId: integer('installation_id'),
    owner: text().notNull(),
    name: text().notNull(),
    cloneUrl: text('clone_url').notNull(),
    htmlUrl: text('html_url').notNull(),
    defaultBranch: text('default_branch').notNull(),
    private: integer({ mode: 'boolean' }).notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [index('repositories_by_account').on(table.account, table.owner, table.name)],
);

export const sessions = sqliteTable(
  'sessions',
  {
    /** Among these are the rows of the text index (`search-text.ts`). */
    rowNumber: integer('row_number').primaryKey({ autoIncrement: true }),
    id: text().notNull(),
    key: text().notNull(),
    account: text().$type<AccountKey>().notNull(),
    title: text().notNull(),
    source: text().$type<MessageSource>().notNull(),
    status: text().$type<SessionStatus>().notNull(),
    projectType: text('project_type').$type<ProjectType>().notNull(),
    /** The folder of a local workspace; null for repositories and sandboxes. */
    projectPath: text('project_path'),
    repositoryId: integer('repository_id'),
    /** `owner/name` as it was when the session last changed. */
    repository: text(),
    branch: text(),
    url: text(),
    claudeSessionId: text('claude_session_id'),
    assignee: text(),
    labels: text({ mode: 'json' }).$type<string[]>().notNull().default([]),
    taskCount: integer('task_count').notNull(),
    costUsd: real('cost_usd').notNull(),
    lastEventId: integer('last_event_id').notNull(),
    metadata: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('sessions_id').on(table.id),
    uniqueIndex('sessions_by_account_created').on(table.account, table.createdAt, table.id),
    index('sessions_newest').on(table.updatedAt, table.id),
    index('sessions_newest_created').on(table.createdAt, table.id),
    index('sessions_by_repository').on(table.repositoryId, table.updatedAt, table.id),
    index('sessions_by_assignee').on(table.assignee, table.updatedAt, table.id),
    index('sessions_by_source').on(table.source, table.updatedAt, table.id),
    index('sessions_by_type').on(table.projectType, table.updatedAt, table.id),
    index('sessions_by_account').on(table.account, table.updatedAt, table.id),
    index('sessions_by_status').on(table.status, table.updatedAt, table.id),
    index('sessions_by_account_status').on(table.account, table.status, table.updatedAt, table.id),
  ],
);

export const tasks = sqliteTable(
  'tasks',
  {
    id: text().primaryKey(),
    sessionId: text('session_id').notNull(),
    number: integer().notNull(),
    name: text(),
    account: text().$type<AccountKey>().notNull(),
    state: text().$type<TaskState>().notNull(),
    stateSince: integer('state_since').notNull(),
    request: text().notNull(),
    source: text().$type<MessageSource>().notNull(),
    requesterLogin: text('requester_login').notNull(),
    requesterId: integer('requester_id'),
    options: text({ mode: 'json' }).$type<TaskOptions>().notNull(),
    epoch: integer().notNull(),
    runnerId: text('runner_id'),
    runnerName: text('runner_name'),
    inputTokens: integer('input_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    cacheReadTokens: integer('cache_read_tokens').notNull(),
    cacheWriteTokens: integer('cache_write_tokens').notNull(),
    costUsd: real('cost_usd').notNull(),
    branch: text(),
    commitSha: text('commit_sha'),
    pullNumber: integer('pull_number'),
    pullUrl: text('pull_url'),
    summary: text(),
    failure: text({ mode: 'json' }).$type<Failure>(),
    rescueRef: text('rescue_ref'),
    /** Every place where work of the task is kept; null while there is none. */
    rescues: text({ mode: 'json' }).$type<Rescue[]>(),
    createdAt: integer('created_at').notNull(),
    startedAt: integer('started_at'),
    endedAt: integer('ended_at'),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('tasks_by_session').on(table.sessionId, table.number),
    index('tasks_by_account').on(table.account, table.updatedAt, table.id),
    // All that insights add up: a row itself has long texts in front of its numbers.
    index('tasks_ended').on(
      table.account,
      table.endedAt,
      table.state,
      table.requesterLogin,
      table.createdAt,
      table.startedAt,
      table.costUsd,
      table.number,
      table.sessionId,
      table.id,
    ),
  ],
);

export const sessionMessages = sqliteTable(
  'session_messages',
  {
    sessionId: text('session_id').notNull(),
    id: text().notNull(),
    taskId: text('task_id'),
    direction: text().$type<MessageView['direction']>().notNull(),
    source: text().$type<MessageSource>().notNull(),
    author: text().notNull(),
    content: text().notNull(),
    status: text().$type<MessageView['status']>().notNull(),
    metadata: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.sessionId, table.id] }),
    index('session_messages_in_order').on(table.sessionId, table.createdAt, table.id),
  ],
);

export const commandLogs = sqliteTable(
  'command_logs',
  {
    sessionId: text('session_id').notNull(),
    taskId: text('task_id').notNull(),
    toolUseId: text('tool_use_id').notNull(),
    tool: text().notNull(),
    input: text().notNull(),
    inputCut: integer('input_cut', { mode: 'boolean' }).notNull(),
    result: text(),
    resultCut: integer('result_cut', { mode: 'boolean' }).notNull(),
    status: text({ enum: ['running', 'ok', 'error'] }).notNull(),
    startedAt: integer('started_at').notNull(),
    durationMs: real('duration_ms'),
  },
  (table) => [
    primaryKey({ columns: [table.sessionId, table.taskId, table.toolUseId] }),
    index('command_logs_in_order').on(table.sessionId, table.startedAt, table.toolUseId),
  ],
);

/** One row a turn. `eventId` is the `claude.turn_ended` event's, so that a replay meets its own row. */
export const usage = sqliteTable(
  'usage',
  {
    sessionId: text('session_id').notNull(),
    eventId: integer('event_id').notNull(),
    taskId: text('task_id').notNull(),
    account: text().$type<AccountKey>().notNull(),
    repositoryId: integer('repository_id'),
    /** Null in rows of older builds, and where the task is not known. */
    requesterLogin: text('requester_login'),
    model: text(),
    turns: integer().notNull(),
    inputTokens: integer('input_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    cacheReadTokens: integer('cache_read_tokens').notNull(),
    cacheWriteTokens: integer('cache_write_tokens').notNull(),
    costUsd: real('cost_usd').notNull(),
    durationMs: real('duration_ms').notNull(),
    at: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.sessionId, table.eventId] }),
    index('usage_by_account').on(table.account, table.at),
  ],
);

export const runners = sqliteTable(
  'runners',
  {
    id: text().primaryKey(),
    account: text().$type<AccountKey>().notNull(),
    name: text().notNull(),
    status: text().$type<RunnerView['status'] | 'removed'>().notNull(),
    labels: text({ mode: 'json' }).$type<string[]>().notNull(),
    capacity: integer().notNull(),
    version: text(),
    claudeVersion: text('claude_version'),
    platform: text(),
    lastSeenAt: integer('last_seen_at'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [index('runners_by_account').on(table.account, table.name)],
);

export const deliveries = sqliteTable(
  'deliveries',
  {
    /** `X-GitHub-Delivery`. */
    id: text().primaryKey(),
    account: text().$type<AccountKey>().notNull(),
    event: text().notNull(),
    action: text(),
    status: text().$type<DeliveryView['status']>().notNull(),
    reason: text(),
    taskId: text('task_id'),
    attempts: integer().notNull(),
    receivedAt: integer('received_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    index('deliveries_newest').on(table.receivedAt, table.id),
    index('deliveries_by_account').on(table.account, table.receivedAt, table.id),
  ],
);

/** One-time tokens for the browser; only their hash is kept. */
export const signInTokens = sqliteTable(
  'sign_in_tokens',
  {
    /** SHA-256, hex. */
    hash: text().primaryKey(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    usedAt: integer('used_at'),
  },
  (table) => [index('sign_in_tokens_expiry').on(table.expiresAt)],
);
