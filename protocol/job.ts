import { z } from 'zod';
import { accountKeySchema, sessionIdSchema, taskIdSchema } from './ids.ts';
import { personSchema, taskOptionsSchema } from './task.ts';
import { branchNameSchema, workspaceSchema } from './workspace.ts';

/** A task as a runner gets it. Holds no credential: those are asked for when they are needed. */
export const jobSchema = z.object({
  taskId: taskIdSchema,
  taskNumber: z.int().positive(),
  sessionId: sessionIdSchema,
  account: accountKeySchema,
  /** Who asked: a thread on GitHub, or a caller of the API. */
  origin: z.enum(['github', 'api']).default('api'),
  workspace: workspaceSchema,
  /** Where the work goes. Null where nothing is committed (`local`). */
  branch: branchNameSchema.nullable(),
  prompt: z.object({
    /** What was asked, by somebody with the right to ask. */
    request: z.string().min(1),
    /** The thread, framed as untrusted content; null when there is none. */
    context: z.string().nullable(),
  }),
  options: taskOptionsSchema,
  /** Claude's session of the earlier tasks; null for the first. */
  claudeSessionId: z.string().nullable(),
  /** What Claude has cost in this session so far; the CLI's own figures are cumulative. */
  priorCostUsd: z.number().min(0),
  /**
   * The attempt that worked in this session last, as far as was known when the job was queued. A runner whose folder
   * is of that attempt has the newest state; any other one asks for the session's checkpoint before it begins.
   */
  previousAttempt: z
    .object({ taskNumber: z.int().positive(), epoch: z.int().positive() })
    .nullable()
    .default(null),
  /** The task's epoch when the job was queued; a job that was given away since comes with a higher one. */
  queuedEpoch: z.int().min(0).default(0),
  commit: z.object({
    subject: z.string().min(1).max(200),
    body: z.string().max(4_000),
    author: z.object({ name: z.string(), email: z.string() }),
    coAuthor: personSchema.nullable(),
  }),
});
export type Job = z.infer<typeof jobSchema>;

/** What the control plane tells a running job. Sent until a `command.taken` event names its id. */
export const jobCommandSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message'),
    messageId: z.string(),
    author: z.string(),
    text: z.string(),
  }),
  z.object({ type: z.literal('cancel'), reason: z.string() }),
  z.object({ type: z.literal('stop'), reason: z.string() }),
  /** Claude holds at its next safe point, its process alive, until `resume`. */
  z.object({ type: z.literal('pause'), reason: z.string() }),
  z.object({ type: z.literal('resume') }),
  /** Exactly this tree may leave the machine. */
  z.object({ type: z.literal('publish'), tree: z.string() }),
]);
export type JobCommand = z.infer<typeof jobCommandSchema>;

export const numberedCommandSchema = z.object({ id: z.int().positive(), command: jobCommandSchema });
export type NumberedCommand = z.infer<typeof numberedCommandSchema>;
