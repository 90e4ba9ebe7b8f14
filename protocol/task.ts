import { z } from 'zod';
import { attachmentsOfMessageSchema } from './attachments.ts';
import { taskGatesSchema } from './gates.ts';
import { runnerIdSchema, sessionIdSchema, taskIdSchema } from './ids.ts';
import { MAX_MESSAGE_CHARS, MAX_STRUCTURED_OUTPUT_CHARS } from './limits.ts';
import { failureSchema } from './outcome.ts';
import { questionViewSchema } from './questions.ts';
import { recoverySchema } from './recovery.ts';
import { taskOptionsSchema } from './task-options.ts';
import { taskStateSchema } from './task-state.ts';
import { usageSchema } from './usage.ts';

export const messageSourceSchema = z.enum([
  'github',
  'slack',
  'dashboard',
  'n8n',
  'cli',
  'api',
  'action',
  'schedule',
]);
export type MessageSource = z.infer<typeof messageSourceSchema>;

/** What a program may say it is; GitHub, Slack and the page are known by their own doors. */
export const programSourceSchema = z.enum(['api', 'cli', 'n8n', 'action']);

/** A task's own name, unique in its account. Never looks like an id. */
export const taskNameSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be 1 to 63 of a-z, 0-9 and -, not at the ends')
  .refine((name) => !/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(name), 'must not look like an id');

/** Why somebody rejects work is handed to Claude; more than this is a request of its own. */
export const MAX_REASON_CHARS = 4_000;

/** Who asked. `name` and `email` go into the commit's co-author trailer where GitHub gives them. */
export const personSchema = z.object({
  login: z.string().min(1).max(100),
  id: z.int().nullable(),
  name: z.string().max(200).nullable(),
  email: z.string().max(320).nullable(),
});
export type Person = z.infer<typeof personSchema>;

/** An address that a page may link to: never one that runs a script. */
export const webAddressSchema = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });

export const pullRequestLinkSchema = z.object({ number: z.int().positive(), url: webAddressSchema });

/** What a task has done in another repository than the one that its session works in. */
export const taskRepositorySchema = z.object({
  id: z.int().positive(),
  /** `owner/name`. */
  repository: z.string().max(201),
  access: z.enum(['read', 'write']),
  branch: z.string().nullable(),
  changes: z
    .object({ files: z.int().min(0), insertions: z.int().min(0), deletions: z.int().min(0) })
    .nullable(),
  /** Set once it is pushed. */
  commitSha: z.string().nullable(),
  pullRequest: pullRequestLinkSchema.nullable(),
  /** Where work that was not published is kept on its runner. */
  rescueRef: z.string().nullable(),
});
export type TaskRepository = z.infer<typeof taskRepositorySchema>;

/** A task is given away a few times at most; the first and the latest places are worth naming. */
export const MAX_RESCUES = 20;

/** Work that was not published, kept on the runner that did it. */
export const rescueSchema = z.object({
  ref: z.string().max(300),
  sha: z.string(),
  epoch: z.int().positive(),
  runnerName: z.string().nullable(),
  at: z.int(),
});
export type Rescue = z.infer<typeof rescueSchema>;

/** What a task that goes on by itself, or a chat, has come to. */
export const taskAutomationSchema = z.object({
  /** How often it went on by itself. */
  iterations: z.int().min(0),
  /** What the end criteria still miss; null when they hold or there are none. */
  missing: z.string().max(2_000).nullable(),
  /** What a person is wanted for; null while nobody is. */
  wants: z
    .object({ kind: z.enum(['chat', 'automation']), text: z.string().max(4_000).nullable() })
    .nullable(),
});
export type TaskAutomation = z.infer<typeof taskAutomationSchema>;

/** What a person decided about captured work. `rework`: rejected, and Claude tries again. */
export const decisionSchema = z.object({
  verdict: z.enum(['approved', 'rejected', 'rework']),
  by: z.string().max(100),
  /** Where the answer was given. */
  via: z.enum(['api', 'page', 'comment', 'check_run']),
  reason: z.string().max(MAX_REASON_CHARS).nullable(),
  /** The work that it is about; null where none was captured. */
  tree: z.string().nullable(),
  at: z.int(),
});
export type Decision = z.infer<typeof decisionSchema>;

/** Claude's work as it was captured last. */
export const workViewSchema = z.object({
  /** Names it exactly: an approval is of this tree. */
  tree: z.string(),
  files: z.int().min(0),
  insertions: z.int().min(0),
  deletions: z.int().min(0),
});

/** Most tasks that one task waits for. */
export const MAX_DEPENDENCIES = 20;

/** What becomes of a task when one that it waits for ends other than completed. */
export const ifFailedSchema = z.enum(['fail', 'start', 'hold']);
export type IfFailed = z.infer<typeof ifFailedSchema>;

/** A task that another one waits for. */
export const dependencySchema = z.object({
  taskId: taskIdSchema,
  /** How it ended; `gone`: it was deleted. Null while it has not ended. */
  ended: z.union([taskStateSchema, z.literal('gone')]).nullable(),
});
export type Dependency = z.infer<typeof dependencySchema>;

/** What tasks like this one took. Times are ms since 1970. */
export const estimateSchema = z.object({
  /** When a runner is likely to take it; null when no runner would. */
  startsAt: z.int().nullable(),
  durationMs: z.int().min(0),
  /** How many earlier tasks that was read from. */
  basedOn: z.int().positive(),
});
export type Estimate = z.infer<typeof estimateSchema>;

/** Where a task stands in its account's queue, as the queue said last. */
export const taskQueueSchema = z.object({
  /** Jobs before it; null when unknown. */
  ahead: z.int().min(0).nullable(),
  reason: z.string().nullable(),
  /** Null as long as there is no history. */
  estimate: estimateSchema.nullable(),
});
export type TaskQueue = z.infer<typeof taskQueueSchema>;

/** A task as people and programs see it. Times are ms since 1970. */
export const taskViewSchema = z.object({
  id: taskIdSchema,
  number: z.int().positive(),
  sessionId: sessionIdSchema,
  /** Left out of tasks without one. */
  name: taskNameSchema.optional(),
  /** It waits for `start`; no runner gets it before. Left out otherwise. */
  held: z.literal(true).optional(),
  /** What it waits for before it may start, and what follows when that fails. Left out of tasks that wait for none. */
  after: z.array(dependencySchema).max(MAX_DEPENDENCIES).optional(),
  ifFailed: ifFailedSchema.optional(),
  /** Only of a task that waits in the queue. */
  queue: taskQueueSchema.optional(),
  state: taskStateSchema,
  stateSince: z.int(),
  request: z.string().max(MAX_MESSAGE_CHARS),
  source: messageSourceSchema,
  requester: personSchema,
  options: taskOptionsSchema,
  /** Counts up each time a runner is given the job. */
  epoch: z.int().min(0),
  runnerId: runnerIdSchema.nullable(),
  runnerName: z.string().nullable(),
  usage: usageSchema,
  branch: z.string().nullable(),
  commitSha: z.string().nullable(),
  pullRequest: pullRequestLinkSchema.nullable(),
  /** The other repositories of the task; left out where there are none. */
  repositories: z.array(taskRepositorySchema).optional(),
  /** Claude's last words, cut. */
  summary: z.string().nullable(),
  /** What Claude answered by `outputSchema`, as JSON text; left out while there is nothing. */
  structuredOutput: z.string().max(MAX_STRUCTURED_OUTPUT_CHARS).optional(),
  failure: failureSchema.nullable(),
  /** A job of it failed and it is tried again by itself; left out while none has. */
  recovery: recoverySchema.optional(),
  /** Where work that was not published is kept. */
  rescueRef: z.string().nullable(),
  /** All places where work of this task is kept, the latest last; left out while there is none. */
  rescues: z.array(rescueSchema).max(MAX_RESCUES).optional(),
  /** Left out of tasks that were done after their first turn. */
  automation: taskAutomationSchema.optional(),
  /** Left out before any work was captured. */
  work: workViewSchema.optional(),
  /** The latest decision of a person about the work; left out while there is none. */
  decision: decisionSchema.optional(),
  /** How its gates stand; left out while none has begun. */
  gates: taskGatesSchema.optional(),
  /** What Claude asks, while somebody may answer it; left out otherwise. */
  question: questionViewSchema.optional(),
  /** When it ends by itself if it stays in its state; null when it is over. Left out by older builds. */
  endsAt: z.int().nullable().optional(),
  createdAt: z.int(),
  startedAt: z.int().nullable(),
  endedAt: z.int().nullable(),
});
export type TaskView = z.infer<typeof taskViewSchema>;

export const messageViewSchema = z.object({
  id: z.string().min(1).max(200),
  taskId: taskIdSchema.nullable(),
  direction: z.enum(['in', 'out']),
  source: messageSourceSchema,
  author: z.string().max(100),
  content: z.string(),
  /** `queued` until Claude has it. Outgoing messages are `delivered` at once. */
  status: z.enum(['queued', 'delivered', 'dropped']),
  /** Images that came with it; left out where there are none. */
  attachments: attachmentsOfMessageSchema.optional(),
  createdAt: z.int(),
});
export type MessageView = z.infer<typeof messageViewSchema>;
