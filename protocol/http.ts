import { z } from 'zod';
import { attachmentIdsSchema } from './attachments.ts';
import { catalogKeySchema } from './catalog.ts';
import { loggedEventSchema } from './events.ts';
import { accountKeySchema, runnerIdSchema, sessionIdSchema, taskIdSchema } from './ids.ts';
import { MAX_EVENT_PAGE, MAX_MESSAGE_CHARS } from './limits.ts';
import { repositoryFields } from './projects.ts';
import {
  assigneeSchema,
  metadataPatchSchema,
  metadataSchema,
  sessionLabelsSchema,
  sessionStateSchema,
  sessionStatusSchema,
  sessionViewSchema,
} from './session.ts';
import { repositoryNameSchema } from './settings.ts';
import {
  ifFailedSchema,
  MAX_DEPENDENCIES,
  MAX_REASON_CHARS,
  messageViewSchema,
  programSourceSchema,
  taskNameSchema,
  taskViewSchema,
} from './task.ts';
import { givenTaskOptionsSchema } from './task-options.ts';
import { templateUseSchema } from './template-use.ts';
import { gitRefSchema, MAX_SIDE_REPOSITORIES, workspaceSchema } from './workspace.ts';

const requestTextSchema = z.string().trim().min(1, 'must not be empty').max(MAX_MESSAGE_CHARS);

/** Of a task that is made here or with its session. */
const newTaskFields = {
  /** What is left out is taken from the template, the repository's file or the account's settings, in this order. */
  options: givenTaskOptionsSchema.optional(),
  /** Instead of a prompt: a template of the account and its variables. */
  template: templateUseSchema.optional(),
  /** By which the task can be addressed instead of by its id. Unique in the account. */
  name: taskNameSchema.optional(),
  /** `false`: it waits for `start`. */
  start: z.boolean().optional(),
  /** Tasks of the account, by id or name: it starts when all of them have ended. */
  after: z
    .array(z.union([taskIdSchema, taskNameSchema]))
    .min(1)
    .max(MAX_DEPENDENCIES)
    .optional(),
  /** What follows when one of those ends other than completed: it fails (as when left out), starts all the same, or is held. */
  ifFailed: ifFailedSchema.optional(),
  /** Which kind of program asks; `api` when left out. A signed-in browser is always `dashboard`. */
  source: programSourceSchema.optional(),
};

export const createSessionBodySchema = z
  .strictObject({
    workspace: workspaceSchema.optional(),
    /** Instead of a workspace: a project of the account, by name or id. Work begins in its first writable repository; the others lie beside it. */
    project: catalogKeySchema.optional(),
    /** Instead of a workspace: `owner/name` of a repository on GitHub that the App reaches. */
    repository: repositoryNameSchema.optional(),
    /** With `repository`: where work begins; the default branch when left out. */
    ref: gitRefSchema.optional(),
    /** More repositories of the same account, beside a workspace on GitHub. */
    repositories: z.array(z.strictObject(repositoryFields)).max(MAX_SIDE_REPOSITORIES).optional(),
    title: z.string().trim().min(1).max(300).optional(),
    /** Whose runners do the work; the deployment's default account when left out. */
    account: accountKeySchema.optional(),
    assignee: assigneeSchema.optional(),
    labels: sessionLabelsSchema.optional(),
    metadata: metadataSchema.optional(),
    /** Makes the first task. */
    prompt: requestTextSchema.optional(),
    ...newTaskFields,
  })
  .refine(
    ({ workspace, project, repository }) =>
      [workspace, project, repository].filter((place) => place !== undefined).length === 1,
    { path: ['workspace'], error: 'must be given, or "repository", or "project": one of the three' },
  )
  .refine(({ repository, ref }) => ref === undefined || repository !== undefined, {
    path: ['ref'],
    error: 'goes with "repository" only',
  })
  .refine(({ prompt, template }) => prompt === undefined || template === undefined, {
    path: ['template'],
    error: 'must be left out where "prompt" is given',
  })
  .refine(
    ({ workspace, repository, repositories }) =>
      repositories === undefined || repository !== undefined || workspace?.type === 'github',
    { path: ['repositories'], error: 'go with a workspace of the type "github" only' },
  )
  .refine(
    ({ repositories = [] }) =>
      new Set(repositories.map(({ repository }) => repository.toLowerCase())).size === repositories.length,
    {
      path: ['repositories'],
      error: 'must not hold a repository twice',
    },
  );
export type CreateSessionBody = z.input<typeof createSessionBodySchema>;

/** What is named changes; what is left out stays. */
export const updateSessionBodySchema = z
  .strictObject({
    title: z.string().trim().min(1).max(300).optional(),
    /** Null: nobody. */
    assignee: assigneeSchema.nullable().optional(),
    labels: sessionLabelsSchema.optional(),
    metadata: metadataPatchSchema.optional(),
    /** `paused` holds the work that runs or waits; `closed` takes no more of it; `open` lets it go on. */
    state: sessionStateSchema.optional(),
  })
  .refine((body) => Object.keys(body).length > 0, 'names nothing to change');
export type UpdateSession = z.output<typeof updateSessionBodySchema>;

export const createTaskBodySchema = z
  .strictObject({
    prompt: requestTextSchema.optional(),
    /** Ids of images that were uploaded to the session. */
    attachments: attachmentIdsSchema.optional(),
    ...newTaskFields,
  })
  .refine(({ prompt, template }) => (prompt === undefined) !== (template === undefined), {
    path: ['prompt'],
    error: 'must be given, or "template": one of the two',
  });
export type CreateTaskBody = z.input<typeof createTaskBodySchema>;

/** A message: steers the running task, or starts one when nothing runs. */
export const postMessageBodySchema = z.strictObject({
  text: requestTextSchema,
  /** Ids of images that were uploaded to the session. */
  attachments: attachmentIdsSchema.optional(),
  source: programSourceSchema.optional(),
});

export const endTaskBodySchema = z.strictObject({ reason: z.string().trim().max(500).optional() });

/** `tree`: the work that was looked at (`work.tree` of the task). */
export const approveTaskBodySchema = z.strictObject({
  tree: z.string().max(64).optional(),
  reason: z.string().trim().min(1).max(MAX_REASON_CHARS).optional(),
});
export const rejectTaskBodySchema = approveTaskBodySchema.extend({
  /** Claude gets the reason and tries once more. */
  again: z.boolean().optional(),
});

/** `claude`: it gets the output and tries again; `gates`: they alone run again. */
export const retryGatesBodySchema = z.strictObject({
  how: z.enum(['claude', 'gates']).optional(),
  note: z.string().trim().min(1).max(MAX_MESSAGE_CHARS).optional(),
});

export const overrideGatesBodySchema = z.strictObject({ reason: z.string().trim().max(500).optional() });

export const sessionAnswerSchema = z.object({ session: sessionViewSchema, tasks: z.array(taskViewSchema) });
export type SessionAnswer = z.infer<typeof sessionAnswerSchema>;

/** What became of a request. */
export const submitAnswerSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('task_created'), task: taskViewSchema }),
  z.object({ outcome: z.literal('message_queued'), task: taskViewSchema, messageId: z.string() }),
]);
export type SubmitAnswer = z.infer<typeof submitAnswerSchema>;

/** Pages: `next` goes back as `cursor`; null at the end. */
const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

export const sessionSummarySchema = z.object({
  id: sessionIdSchema,
  account: accountKeySchema,
  title: z.string(),
  status: sessionStatusSchema,
  projectType: z.string(),
  repository: z.string().nullable(),
  branch: z.string().nullable(),
  source: z.string(),
  assignee: z.string().nullable(),
  labels: z.array(z.string()),
  taskCount: z.int(),
  costUsd: z.number(),
  createdAt: z.int(),
  updatedAt: z.int(),
});
export type SessionSummary = z.infer<typeof sessionSummarySchema>;

export const sessionPageSchema = pageOf(sessionSummarySchema);
export const messagePageSchema = pageOf(messageViewSchema);
export const taskPageSchema = pageOf(taskViewSchema);
export const eventPageSchema = z.object({
  events: z.array(loggedEventSchema).max(MAX_EVENT_PAGE),
  lastEventId: z.int().min(0),
});

export const commandLogSchema = z.object({
  sessionId: sessionIdSchema,
  taskId: taskIdSchema,
  toolUseId: z.string(),
  tool: z.string(),
  input: z.string(),
  inputCut: z.boolean(),
  result: z.string().nullable(),
  resultCut: z.boolean(),
  status: z.enum(['running', 'ok', 'error']),
  durationMs: z.number().nullable(),
  startedAt: z.int(),
});
export type CommandLog = z.infer<typeof commandLogSchema>;
export const commandLogPageSchema = pageOf(commandLogSchema);

export const createRunnerBodySchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  account: accountKeySchema.optional(),
});
/** The credential is shown once; only its hash is kept. */
export const createRunnerAnswerSchema = z.object({
  id: runnerIdSchema,
  name: z.string(),
  credential: z.string(),
});

export const deliveryViewSchema = z.object({
  id: z.string(),
  account: accountKeySchema,
  event: z.string(),
  action: z.string().nullable(),
  status: z.enum(['received', 'done', 'ignored', 'parked']),
  /** Why nothing came of it, or why it is parked. */
  reason: z.string().nullable(),
  taskId: taskIdSchema.nullable(),
  attempts: z.int(),
  receivedAt: z.int(),
});
export type DeliveryView = z.infer<typeof deliveryViewSchema>;
export const deliveryPageSchema = pageOf(deliveryViewSchema);
export type DeliveryPage = z.infer<typeof deliveryPageSchema>;

/** What GitHub's own log says of deliveries that never arrived. Times are ms since 1970. */
export const missedDeliveriesSchema = z.object({
  /** Null: nobody has looked yet. `problem`: why the log could not be read. */
  lastLook: z.object({ at: z.int(), redelivered: z.int(), problem: z.string().nullable() }).nullable(),
  /** Those of the last three days that GitHub was asked to send again, the latest first. */
  askedAgain: z.array(z.object({ id: z.string(), times: z.int(), at: z.int() })),
});
export type MissedDeliveries = z.infer<typeof missedDeliveriesSchema>;

export const signInBodySchema = z.strictObject({ token: z.string().min(20).max(500) });
export const signInTokenAnswerSchema = z.object({ token: z.string(), expiresAt: z.int() });

export const healthSchema = z.object({ status: z.literal('ok'), protocol: z.int(), now: z.int() });
