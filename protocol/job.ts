import { z } from 'zod';
import { attachmentsOfMessageSchema } from './attachments.ts';
import { accountKeySchema, sessionIdSchema, taskIdSchema } from './ids.ts';
import { MAX_MESSAGE_CHARS } from './limits.ts';
import { askedQuestionSchema, questionIdSchema, questionReplySchema } from './questions.ts';
import { personSchema } from './task.ts';
import { taskOptionsSchema } from './task-options.ts';
import {
  branchNameSchema,
  MAX_SIDE_REPOSITORIES,
  sideRepositorySchema,
  workspaceSchema,
} from './workspace.ts';

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
  /** Repositories that Claude gets besides. */
  repositories: z.array(sideRepositorySchema).max(MAX_SIDE_REPOSITORIES).optional(),
  prompt: z.object({
    /** What was asked, by somebody with the right to ask. */
    request: z.string().min(1),
    /** The thread, framed as untrusted content; null when there is none. */
    context: z.string().nullable(),
    /** Images that came with the request. */
    attachments: attachmentsOfMessageSchema.optional(),
  }),
  /** Asked by an earlier attempt and not answered when the job was queued: whoever gets it asks again. */
  question: askedQuestionSchema.optional(),
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
  /**
   * The task whose work was rejected last, while no runner has said that it put the folder back: whoever gets this job
   * does that first.
   */
  discard: z.int().positive().nullable().default(null),
  /** The tree that an admin let pass although required gates failed; null for none. */
  overriddenTree: z.string().nullable().default(null),
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
    attachments: attachmentsOfMessageSchema.optional(),
  }),
  /** The answer to a question; with the question, for a runner that did not ask it itself. */
  z.object({
    type: z.literal('answer'),
    questionId: questionIdSchema,
    question: askedQuestionSchema,
    reply: questionReplySchema,
    /** Null: nobody answered in time. */
    by: z.string().nullable(),
    messageId: z.string().nullable(),
  }),
  z.object({ type: z.literal('cancel'), reason: z.string() }),
  z.object({ type: z.literal('stop'), reason: z.string() }),
  /** Claude holds at its next safe point, its process alive, until `resume`. */
  z.object({ type: z.literal('pause'), reason: z.string() }),
  z.object({ type: z.literal('resume') }),
  /** The work is good as it is: a task that waits for a person after a turn ends its conversation. */
  z.object({ type: z.literal('finish'), by: z.string() }),
  /** The gates failed: Claude gets their output (and the note) and tries again, or they alone run again. */
  z.object({
    type: z.literal('retry_gates'),
    how: z.enum(['claude', 'gates']),
    note: z.string().max(MAX_MESSAGE_CHARS).nullable(),
    by: z.string(),
  }),
  /** This tree goes on although required gates failed. */
  z.object({ type: z.literal('override_gates'), tree: z.string(), by: z.string() }),
  /** Exactly this tree may leave the machine. */
  z.object({ type: z.literal('publish'), tree: z.string() }),
  /**
   * A person rejected the work: it is kept under a rescue ref and the folder put back to where the task began. The job
   * ends, or Claude tries `again` with the reason, which is the message of this id.
   */
  z.object({
    type: z.literal('reject'),
    by: z.string(),
    reason: z.string().nullable(),
    again: z.boolean(),
    messageId: z.string().nullable(),
  }),
]);
export type JobCommand = z.infer<typeof jobCommandSchema>;

export const numberedCommandSchema = z.object({ id: z.int().positive(), command: jobCommandSchema });
export type NumberedCommand = z.infer<typeof numberedCommandSchema>;
