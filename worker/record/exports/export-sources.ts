import { type SQL, sql } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { ExportKind } from '../../../protocol/exports.ts';
import { commandLogs, sessionMessages, sessions, tasks, usage } from '../schema.ts';
import { auditLog } from '../tables/audit-log.ts';
import { questions } from '../tables/questions.ts';

/** Where the rows of one kind of export lie, and in which order they come. */
export type ExportSource = {
  table: SQLiteTable;
  /** By the names of `EXPORTED_ROWS`. */
  columns: Readonly<Record<string, SQLiteColumn>>;
  /** The column that says to which session a row belongs; null where it is no row of a session. */
  sessionId: SQLiteColumn | null;
  /**
   * What tells the rows of one session (of an account, where there is none) apart, as an index has them. They never
   * change, so that what is written meanwhile moves no row from one page to another.
   */
  order: readonly SQLiteColumn[];
  /** What `from` and `to` are about. */
  at: SQLiteColumn;
  /** Texts that may be long: a page is as long as its texts allow. */
  texts: readonly SQLiteColumn[];
};

export const EXPORT_SOURCES = {
  sessions: {
    table: sessions,
    columns: {
      id: sessions.id,
      account: sessions.account,
      key: sessions.key,
      title: sessions.title,
      status: sessions.status,
      projectType: sessions.projectType,
      projectPath: sessions.projectPath,
      repositoryId: sessions.repositoryId,
      repository: sessions.repository,
      branch: sessions.branch,
      url: sessions.url,
      source: sessions.source,
      assignee: sessions.assignee,
      labels: sessions.labels,
      taskCount: sessions.taskCount,
      costUsd: sessions.costUsd,
      claudeSessionId: sessions.claudeSessionId,
      metadata: sessions.metadata,
      createdAt: sessions.createdAt,
      updatedAt: sessions.updatedAt,
    },
    sessionId: sessions.id,
    order: [],
    at: sessions.createdAt,
    texts: [sessions.title, sessions.metadata],
  },
  tasks: {
    table: tasks,
    columns: {
      id: tasks.id,
      sessionId: tasks.sessionId,
      number: tasks.number,
      name: tasks.name,
      account: tasks.account,
      repository: sessions.repository,
      state: tasks.state,
      stateSince: tasks.stateSince,
      request: tasks.request,
      source: tasks.source,
      requesterLogin: tasks.requesterLogin,
      options: tasks.options,
      epoch: tasks.epoch,
      runnerName: tasks.runnerName,
      inputTokens: tasks.inputTokens,
      outputTokens: tasks.outputTokens,
      cacheReadTokens: tasks.cacheReadTokens,
      cacheWriteTokens: tasks.cacheWriteTokens,
      costUsd: tasks.costUsd,
      branch: tasks.branch,
      commitSha: tasks.commitSha,
      pullNumber: tasks.pullNumber,
      pullUrl: tasks.pullUrl,
      summary: tasks.summary,
      failure: tasks.failure,
      createdAt: tasks.createdAt,
      startedAt: tasks.startedAt,
      endedAt: tasks.endedAt,
    },
    sessionId: tasks.sessionId,
    order: [tasks.number],
    at: tasks.createdAt,
    texts: [tasks.request, tasks.summary],
  },
  messages: {
    table: sessionMessages,
    columns: {
      sessionId: sessionMessages.sessionId,
      id: sessionMessages.id,
      taskId: sessionMessages.taskId,
      direction: sessionMessages.direction,
      source: sessionMessages.source,
      author: sessionMessages.author,
      content: sessionMessages.content,
      status: sessionMessages.status,
      createdAt: sessionMessages.createdAt,
    },
    sessionId: sessionMessages.sessionId,
    order: [sessionMessages.createdAt, sessionMessages.id],
    at: sessionMessages.createdAt,
    texts: [sessionMessages.content],
  },
  logs: {
    table: commandLogs,
    columns: {
      sessionId: commandLogs.sessionId,
      taskId: commandLogs.taskId,
      toolUseId: commandLogs.toolUseId,
      tool: commandLogs.tool,
      input: commandLogs.input,
      inputCut: commandLogs.inputCut,
      result: commandLogs.result,
      resultCut: commandLogs.resultCut,
      status: commandLogs.status,
      startedAt: commandLogs.startedAt,
      durationMs: commandLogs.durationMs,
    },
    sessionId: commandLogs.sessionId,
    order: [commandLogs.startedAt, commandLogs.toolUseId],
    at: commandLogs.startedAt,
    texts: [commandLogs.input, commandLogs.result],
  },
  questions: {
    table: questions,
    columns: {
      sessionId: questions.sessionId,
      taskId: questions.taskId,
      id: questions.id,
      kind: questions.kind,
      items: questions.items,
      tool: questions.tool,
      toolInput: questions.toolInput,
      status: questions.status,
      reply: questions.reply,
      answeredBy: questions.answeredBy,
      askedAt: questions.askedAt,
      settledAt: questions.settledAt,
    },
    sessionId: questions.sessionId,
    order: [questions.taskId, questions.id],
    at: questions.askedAt,
    texts: [questions.items, questions.toolInput, questions.reply],
  },
  usage: {
    table: usage,
    columns: {
      sessionId: usage.sessionId,
      taskId: usage.taskId,
      eventId: usage.eventId,
      account: usage.account,
      repository: sessions.repository,
      requesterLogin: usage.requesterLogin,
      model: usage.model,
      turns: usage.turns,
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
      cacheReadTokens: usage.cacheReadTokens,
      cacheWriteTokens: usage.cacheWriteTokens,
      costUsd: usage.costUsd,
      durationMs: usage.durationMs,
      at: usage.at,
    },
    sessionId: usage.sessionId,
    order: [usage.eventId],
    at: usage.at,
    texts: [],
  },
  audit: {
    table: auditLog,
    columns: {
      account: auditLog.account,
      number: auditLog.number,
      at: auditLog.at,
      actor: auditLog.actor,
      action: auditLog.action,
      target: auditLog.target,
      outcome: auditLog.outcome,
      problem: auditLog.problem,
      address: auditLog.address,
      userAgent: auditLog.userAgent,
      details: auditLog.details,
      previousHash: auditLog.previousHash,
      hash: auditLog.hash,
    },
    sessionId: null,
    order: [auditLog.number],
    at: auditLog.at,
    texts: [auditLog.details],
  },
} as const satisfies Record<ExportKind, ExportSource>;

/** Rows of a session come session after session, the oldest first. */
export function wholeOrder({ sessionId, order }: ExportSource): readonly SQLiteColumn[] {
  return sessionId === null ? order : [sessions.createdAt, sessions.id, ...order];
}

/** The bytes of a row's long texts; what a page of them takes in memory follows from it. */
export function sizeOf({ texts }: ExportSource): SQL {
  const sizes = texts.map((text) => sql`coalesce(octet_length(${text}), 0)`);
  return sizes.length === 0 ? sql`0` : sql.join(sizes, sql` + `);
}

/** `FROM` with each session before its rows: the planner must not choose another order, which would need a sort. */
export function fromClause({ table, sessionId }: ExportSource): SQL {
  if (sessionId === null) return sql`FROM ${table}`;
  return table === sessions ? sql`FROM ${sessions}` : sql`FROM ${sessions} CROSS JOIN ${table}`;
}
