import { z } from 'zod';
import { runnerIdSchema, sessionIdSchema, taskIdSchema } from './ids.ts';
import { DEFAULT_TASK_MINUTES, MAX_MESSAGE_CHARS } from './limits.ts';
import { failureSchema } from './outcome.ts';
import { taskStateSchema } from './task-state.ts';
import { usageSchema } from './usage.ts';

/** Runner labels: lower case, so that `GPU` and `gpu` are one. */
export const labelSchema = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,49}$/);

export const messageSourceSchema = z.enum(['github', 'slack', 'dashboard', 'n8n', 'cli', 'api', 'action']);
export type MessageSource = z.infer<typeof messageSourceSchema>;

/** What a program may say it is; GitHub, Slack and the page are known by their own doors. */
export const programSourceSchema = z.enum(['api', 'cli', 'n8n', 'action']);

/** A task's own name, unique in its account. Never looks like an id. */
export const taskNameSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be 1 to 63 of a-z, 0-9 and -, not at the ends')
  .refine((name) => !/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(name), 'must not look like an id');

/** Who asked. `name` and `email` go into the commit's co-author trailer where GitHub gives them. */
export const personSchema = z.object({
  login: z.string().min(1).max(100),
  id: z.int().nullable(),
  name: z.string().max(200).nullable(),
  email: z.string().max(320).nullable(),
});
export type Person = z.infer<typeof personSchema>;

export const approvalPolicySchema = z.enum(['pull_request', 'before_push', 'none']);

const optionFields = {
  model: z
    .string()
    .regex(/^[\w.:/@[\]-]{1,100}$/)
    .nullable()
    .describe('The model that Claude Code works with; null for its own default.'),
  maxMinutes: z.number().positive().max(1_440).describe('Longest time of the task, in minutes.'),
  maxTurns: z.int().positive().max(10_000).nullable().describe('Most turns of Claude; null for no limit.'),
  maxUsd: z
    .number()
    .positive()
    .max(10_000)
    .nullable()
    .describe('Most that the task may cost, in US dollars; null for no limit.'),
  labels: z.array(labelSchema).max(10).describe('Labels that a runner must have to get the task.'),
  approval: approvalPolicySchema.describe(
    'Who lets work leave the machine: `pull_request` opens a pull request whose review is the approval, ' +
      '`before_push` waits for a person, `none` pushes at once.',
  ),
};

/** What a requester may set; each has a default. */
export const taskOptionsSchema = z.object({
  model: optionFields.model.default(null),
  maxMinutes: optionFields.maxMinutes.default(DEFAULT_TASK_MINUTES),
  maxTurns: optionFields.maxTurns.default(null),
  maxUsd: optionFields.maxUsd.default(null),
  labels: optionFields.labels.default([]),
  approval: optionFields.approval.default('pull_request'),
});
export type TaskOptions = z.infer<typeof taskOptionsSchema>;

/** Some of the options: what is left out is decided elsewhere. */
export const givenTaskOptionsSchema = z.strictObject(optionFields).partial();
export type GivenTaskOptions = z.infer<typeof givenTaskOptionsSchema>;

/** The options of a task: each from the first layer that gives it, else its default. */
export function settleTaskOptions(...layers: readonly (GivenTaskOptions | null | undefined)[]): TaskOptions {
  const settled: Record<string, unknown> = {};
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer ?? {})) {
      if (value !== undefined && !(name in settled)) settled[name] = value;
    }
  }
  return taskOptionsSchema.parse(settled);
}
/** As a caller writes them: everything may be left out. */
export type TaskOptionsInput = z.input<typeof taskOptionsSchema>;

/** An address that a page may link to: never one that runs a script. */
export const webAddressSchema = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });

export const pullRequestLinkSchema = z.object({ number: z.int().positive(), url: webAddressSchema });

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

/** A task as people and programs see it. Times are ms since 1970. */
export const taskViewSchema = z.object({
  id: taskIdSchema,
  number: z.int().positive(),
  sessionId: sessionIdSchema,
  /** Left out of tasks without one. */
  name: taskNameSchema.optional(),
  /** It waits for `start`; no runner gets it before. Left out otherwise. */
  held: z.literal(true).optional(),
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
  /** Claude's last words, cut. */
  summary: z.string().nullable(),
  failure: failureSchema.nullable(),
  /** Where work that was not published is kept. */
  rescueRef: z.string().nullable(),
  /** All places where work of this task is kept, the latest last; left out while there is none. */
  rescues: z.array(rescueSchema).max(MAX_RESCUES).optional(),
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
  createdAt: z.int(),
});
export type MessageView = z.infer<typeof messageViewSchema>;
