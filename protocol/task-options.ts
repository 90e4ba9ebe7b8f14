import { z } from 'zod';
import { DEFAULT_ANSWER_MINUTES, DEFAULT_ITERATIONS, DEFAULT_TASK_MINUTES, WARNING_SHARE } from './limits.ts';
import { noAnswerPolicySchema } from './questions.ts';

/** Runner labels: lower case, so that `GPU` and `gpu` are one. */
export const labelSchema = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,49}$/);

/**
 * `automation`: goes on by itself until its end criteria hold. `chat`: waits for a person after each turn.
 */
export const taskModeSchema = z.enum(['automation', 'chat']);

/** An end criterion is one sentence, or one command line. */
export const MAX_CRITERION_CHARS = 2_000;
const criterionSchema = z.string().trim().min(1).max(MAX_CRITERION_CHARS).nullable();

export const commitStyleSchema = z.enum(['one', 'several']);

export const approvalPolicySchema = z.enum(['pull_request', 'before_push', 'none']);

/** From what goes last to what goes first. */
export const PRIORITIES = ['low', 'normal', 'high'] as const;
export const prioritySchema = z.enum(PRIORITIES);
export type Priority = z.infer<typeof prioritySchema>;

export const concurrencySchema = z.strictObject({
  group: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._/-]{0,99}$/, 'must begin with a-z or 0-9; then also ".", "_", "/" and "-"'),
  /** Tasks of the group that run at one time. Where tasks name different limits, the lowest of those at work counts. */
  limit: z.int().positive().max(100),
});
export type Concurrency = z.infer<typeof concurrencySchema>;

/** Travels with the task, and in the argument list of Claude Code. */
export const MAX_OUTPUT_SCHEMA_CHARS = 20_000;
/** What is known of it here; the rest of it goes through as it is. */
export type ObjectSchema = { type: 'object' };
const outputSchemaSchema: z.ZodType<ObjectSchema | null, ObjectSchema | null> = z
  .looseObject({ type: z.literal('object', 'must be "object": Claude answers with one') })
  .refine(
    (schema) => JSON.stringify(schema).length <= MAX_OUTPUT_SCHEMA_CHARS,
    `must be at most ${MAX_OUTPUT_SCHEMA_CHARS} characters of JSON`,
  )
  .nullable();

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
  priority: prioritySchema.describe(
    'Which tasks of the account go first when runners are scarce. Waiting raises it, so that none waits for ever.',
  ),
  concurrency: concurrencySchema
    .nullable()
    .describe('A name that tasks of the account share, and how many of them run at one time; null for none.'),
  commitMessage: z
    .string()
    .min(1)
    .max(1_000)
    .nullable()
    .describe(
      'What a commit says: its first line is the subject. `{subject}`, `{request}`, `{requester}`, `{task}` and ' +
        '`{session}` stand for those of the task. Null for `{subject}`, and who asked for it where.',
    ),
  commitStyle: commitStyleSchema.describe(
    '`one` puts all work into one commit. `several` keeps the commits that Claude made, each file as it was approved in ' +
      'the last commit that touched it, and one for what is left.',
  ),
  verifiedCommits: z
    .boolean()
    .describe(
      'Whether GitHub makes and signs the commits, so that it shows them as verified. Their author is then the App alone.',
    ),
  mode: taskModeSchema.describe(
    '`automation` goes on by itself until the end criteria hold, `chat` waits for a person after each turn of Claude.',
  ),
  endWhen: criterionSchema.describe(
    'A sentence that must be true of the work before the task is done, judged by a small model; null for none.',
  ),
  endCommand: criterionSchema.describe(
    'A command that must exit with 0 before the task is done, run on the runner; null for none.',
  ),
  outputSchema: outputSchemaSchema.describe(
    'A JSON Schema of what Claude answers with besides its work (`structuredOutput` of the task); null for none.',
  ),
  maxIterations: z
    .int()
    .positive()
    .max(100)
    .describe('How often a task may go on by itself after Claude thought that it was done.'),
  maxTokens: z
    .int()
    .positive()
    .max(1_000_000_000)
    .nullable()
    .describe('Most tokens of the task, without those read from the cache; null for no limit.'),
  warnAt: z
    .number()
    .min(0.1)
    .max(1)
    .describe('The share of a limit at which a warning is written, from 0.1 to 1; 1 for no warning.'),
  tests: z
    .boolean()
    .describe('Whether Claude first writes tests for the task, which then run as a gate of their own.'),
  review: z
    .boolean()
    .describe(
      'Whether the task reviews its pull request: Claude may read and change nothing, and what it finds stands beside the lines.',
    ),
  answerMinutes: z
    .number()
    .min(0)
    .max(10_080)
    .describe(
      'How long a question of Claude’s waits for somebody, in minutes; 0 for not at all: what follows then follows at once.',
    ),
  onNoAnswer: noAnswerPolicySchema.describe(
    'What follows when nobody answers: `continue` has Claude decide itself, `deny` takes it as a no, `first_choice` as ' +
      'the first choice, `stop` stops the task. A permission is never given by any of them.',
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
  priority: optionFields.priority.default('normal'),
  concurrency: optionFields.concurrency.default(null),
  commitMessage: optionFields.commitMessage.default(null),
  commitStyle: optionFields.commitStyle.default('one'),
  verifiedCommits: optionFields.verifiedCommits.default(false),
  mode: optionFields.mode.default('automation'),
  endWhen: optionFields.endWhen.default(null),
  endCommand: optionFields.endCommand.default(null),
  outputSchema: optionFields.outputSchema.default(null),
  maxIterations: optionFields.maxIterations.default(DEFAULT_ITERATIONS),
  maxTokens: optionFields.maxTokens.default(null),
  warnAt: optionFields.warnAt.default(WARNING_SHARE),
  tests: optionFields.tests.default(false),
  review: optionFields.review.default(false),
  answerMinutes: optionFields.answerMinutes.default(DEFAULT_ANSWER_MINUTES),
  onNoAnswer: optionFields.onNoAnswer.default('continue'),
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
