import { z } from 'zod';
import { auditEntrySchema } from './audit.ts';
import { accountKeySchema, sessionIdSchema, taskIdSchema } from './ids.ts';
import { momentRangeParameters } from './moments.ts';
import { failureSchema } from './outcome.ts';
import {
  questionIdSchema,
  questionItemSchema,
  questionKindSchema,
  questionReplySchema,
} from './questions.ts';
import { sessionStatusSchema } from './session.ts';
import { messageSourceSchema } from './task.ts';
import { taskOptionsSchema } from './task-options.ts';
import { taskStateSchema } from './task-state.ts';
import { usageSchema } from './usage.ts';

/** What can be exported. Rows of all but the audit log are those of sessions that the caller may see. */
export const EXPORT_KINDS = ['sessions', 'tasks', 'messages', 'logs', 'questions', 'usage', 'audit'] as const;
export const exportKindSchema = z.enum(EXPORT_KINDS);
export type ExportKind = z.infer<typeof exportKindSchema>;

/**
 * `json`: one document, `{ kind, account, items, next }`. `ndjson`: a JSON object a line. `csv`: RFC 4180 with a header,
 * times in ISO 8601; cells that a spreadsheet would take for a formula begin with an apostrophe.
 */
export const EXPORT_FORMATS = ['json', 'ndjson', 'csv'] as const;
export const exportFormatSchema = z.enum(EXPORT_FORMATS);
export type ExportFormat = z.infer<typeof exportFormatSchema>;

/** More rows than this take a request for each part. One request of the platform has minutes, not hours. */
export const MAX_EXPORT_ROWS = 1_000_000;

const rowLimitSchema = z.coerce.number().int().min(1).max(MAX_EXPORT_ROWS).default(MAX_EXPORT_ROWS);

/** Where a part of an export ended; callers pass it back unread. */
const cursorSchema = z.string().min(1).max(1_000).optional();

/** `from` and `to` are about the row's own time: when a session or a task was made, a tool called, a turn ended. */
export const exportQuerySchema = z.object({
  format: exportFormatSchema.default('json'),
  account: accountKeySchema.optional(),
  session: sessionIdSchema.optional(),
  /** `owner/name`, or GitHub's numeric id, which survives renames. */
  repository: z
    .string()
    .regex(/^(?:[1-9]\d{0,14}|[\w.-]{1,100}\/[\w.-]{1,100})$/, 'must be owner/name or a numeric id')
    .optional(),
  /** Of the session. */
  status: sessionStatusSchema.optional(),
  source: messageSourceSchema.optional(),
  assignee: z.string().min(1).max(100).optional(),
  ...momentRangeParameters,
  limit: rowLimitSchema,
  cursor: cursorSchema,
});
export type ExportQuery = z.infer<typeof exportQuerySchema>;

export const auditExportQuerySchema = z.object({
  format: exportFormatSchema.default('json'),
  account: accountKeySchema.optional(),
  ...momentRangeParameters,
  limit: rowLimitSchema,
  cursor: cursorSchema,
});

export const exportedSessionSchema = z.object({
  id: sessionIdSchema,
  account: accountKeySchema,
  key: z.string(),
  title: z.string(),
  status: sessionStatusSchema,
  projectType: z.string(),
  projectPath: z.string().nullable(),
  repositoryId: z.int().nullable(),
  repository: z.string().nullable(),
  branch: z.string().nullable(),
  url: z.string().nullable(),
  source: messageSourceSchema,
  assignee: z.string().nullable(),
  labels: z.array(z.string()),
  taskCount: z.int(),
  costUsd: z.number(),
  claudeSessionId: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  createdAt: z.int(),
  updatedAt: z.int(),
});

export const exportedTaskSchema = z.object({
  id: taskIdSchema,
  sessionId: sessionIdSchema,
  number: z.int(),
  name: z.string().nullable(),
  account: accountKeySchema,
  repository: z.string().nullable(),
  state: taskStateSchema,
  stateSince: z.int(),
  request: z.string(),
  source: messageSourceSchema,
  requesterLogin: z.string(),
  options: taskOptionsSchema.partial(),
  epoch: z.int(),
  runnerName: z.string().nullable(),
  ...usageSchema.shape,
  branch: z.string().nullable(),
  commitSha: z.string().nullable(),
  pullNumber: z.int().nullable(),
  pullUrl: z.string().nullable(),
  summary: z.string().nullable(),
  failure: failureSchema.nullable(),
  createdAt: z.int(),
  startedAt: z.int().nullable(),
  endedAt: z.int().nullable(),
});

export const exportedMessageSchema = z.object({
  sessionId: sessionIdSchema,
  id: z.string(),
  taskId: taskIdSchema.nullable(),
  direction: z.enum(['in', 'out']),
  source: messageSourceSchema,
  author: z.string(),
  content: z.string(),
  status: z.enum(['queued', 'delivered', 'dropped']),
  createdAt: z.int(),
});

/** A tool call. `inputCut`, `resultCut`: the text went on. */
export const exportedLogSchema = z.object({
  sessionId: sessionIdSchema,
  taskId: taskIdSchema,
  toolUseId: z.string(),
  tool: z.string(),
  input: z.string(),
  inputCut: z.boolean(),
  result: z.string().nullable(),
  resultCut: z.boolean(),
  status: z.enum(['running', 'ok', 'error']),
  startedAt: z.int(),
  durationMs: z.number().nullable(),
});

/** What Claude asked, and who answered what. */
export const exportedQuestionSchema = z.object({
  sessionId: sessionIdSchema,
  taskId: taskIdSchema,
  id: questionIdSchema,
  kind: questionKindSchema,
  items: z.array(questionItemSchema),
  /** Of a permission. */
  tool: z.string().nullable(),
  toolInput: z.string().nullable(),
  status: z.enum(['open', 'answered', 'withdrawn']),
  reply: questionReplySchema.nullable(),
  /** Null for an answer: nobody gave one in time. */
  answeredBy: z.string().nullable(),
  askedAt: z.int(),
  settledAt: z.int().nullable(),
});

/** One turn. */
export const exportedUsageSchema = z.object({
  sessionId: sessionIdSchema,
  taskId: taskIdSchema,
  eventId: z.int(),
  account: accountKeySchema,
  repository: z.string().nullable(),
  requesterLogin: z.string().nullable(),
  model: z.string().nullable(),
  turns: z.int(),
  ...usageSchema.shape,
  durationMs: z.number(),
  at: z.int(),
});

/** A row of each kind; the order of the fields is that of the columns in CSV. */
export const EXPORTED_ROWS = {
  sessions: exportedSessionSchema,
  tasks: exportedTaskSchema,
  messages: exportedMessageSchema,
  logs: exportedLogSchema,
  questions: exportedQuestionSchema,
  usage: exportedUsageSchema,
  audit: auditEntrySchema,
} as const satisfies Record<ExportKind, z.ZodObject>;

/** The whole answer in the format `json`. `next` goes back as `cursor`; null at the end. */
export const exportDocumentOf = <K extends ExportKind>(kind: K) =>
  z.object({
    kind: z.literal(kind),
    account: accountKeySchema,
    items: z.array(EXPORTED_ROWS[kind]),
    next: z.string().nullable(),
  });
