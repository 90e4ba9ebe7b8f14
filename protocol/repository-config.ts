import { z } from 'zod';
import { slugSchema } from './catalog.ts';
import { gatesConfigSchema } from './gates.ts';
import { repositoryTriggersSchema } from './repository-triggers.ts';
import { fileSchedulesSchema } from './schedules.ts';
import { type GivenTaskOptions, givenTaskOptionsSchema } from './task-options.ts';

/** Where a repository says how Signalbox works in it; read from its default branch. */
export const REPOSITORY_CONFIG_PATH = '.github/signalbox.yml';

/** A file of this size holds far more than there are settings; larger ones are not parsed. */
export const MAX_REPOSITORY_CONFIG_BYTES = 65_536;

const option = givenTaskOptionsSchema.shape;

/** What a repository settles for the tasks that work on it. A request's own options go before it. */
export const repositoryConfigSchema = z.strictObject({
  model: option.model.describe('The model that Claude Code works with.'),
  limits: z
    .strictObject({
      minutes: option.maxMinutes.describe('Longest time of a task, in minutes.'),
      turns: option.maxTurns.describe('Most turns of Claude.'),
      usd: option.maxUsd.describe('Most that a task may cost, in US dollars.'),
      tokens: option.maxTokens.describe('Most tokens of a task, without those read from the cache.'),
      iterations: option.maxIterations.describe('How often a task may go on by itself.'),
      warn_at: option.warnAt.describe('The share of a limit at which a warning is written.'),
    })
    .partial()
    .optional()
    .describe('How far a task may go when its request says nothing.'),
  labels: option.labels,
  approval: option.approval,
  priority: option.priority,
  concurrency: option.concurrency,
  commits: z
    .strictObject({
      message: option.commitMessage,
      style: option.commitStyle,
      verified: option.verifiedCommits,
    })
    .partial()
    .optional()
    .describe('How work is committed.'),
  questions: z
    .strictObject({ minutes: option.answerMinutes, no_answer: option.onNoAnswer })
    .partial()
    .optional()
    .describe('How long questions of Claude wait, and what follows when nobody answers.'),
  mode: option.mode,
  end: z
    .strictObject({ when: option.endWhen, command: option.endCommand })
    .partial()
    .optional()
    .describe('What must hold before a task is done. Both must, where both are given.'),
  gates: gatesConfigSchema.optional().describe('What must pass before work leaves the runner.'),
  tests: z
    .strictObject({
      write: option.tests,
      command: z
        .string()
        .trim()
        .min(1)
        .max(2_000)
        .describe('The command that runs tests; the files to run are added to it, none for all of them.'),
    })
    .partial()
    .optional()
    .describe('Whether Claude first writes tests for a task, and how they are run.'),
  project: slugSchema
    .optional()
    .describe(
      'A project of the account that holds this repository: its other repositories lie beside it in tasks that are asked for here.',
    ),
  check: z
    .enum(['asked', 'always'])
    .optional()
    .describe(
      'Which commits of pull requests have the check run: those that work was asked for, or `always` each of them, for a branch that requires it; where nothing was asked it is neutral.',
    ),
  triggers: repositoryTriggersSchema.optional().describe('What starts work here besides a mention.'),
  schedules: fileSchedulesSchema.optional().describe('Tasks that start at set times, by their names.'),
  authors: z
    .array(
      z
        .string()
        .regex(/^[\w-]{1,100}$/, 'must be the login of a person (bots never may)')
        .overwrite((login) => login.toLowerCase()),
    )
    .max(100)
    .optional()
    .describe(
      'Logins of people who may ask for work although they can not push to the repository. Bots never may.',
    ),
});
export type RepositoryConfig = z.infer<typeof repositoryConfigSchema>;

/** Something wrong in the file. Lines and columns count from 1. */
export const configMistakeSchema = z.object({
  /** Such as `limits.minutes`; empty for the file as a whole. */
  path: z.string(),
  line: z.int().positive(),
  column: z.int().positive(),
  message: z.string(),
});
export type ConfigMistake = z.infer<typeof configMistakeSchema>;

/** What a repository's file says; `none`: there is no such file. */
export const repositoryConfigStateSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('none') }),
  z.object({ status: z.literal('valid'), config: repositoryConfigSchema }),
  z.object({ status: z.literal('invalid'), mistakes: z.array(configMistakeSchema) }),
]);
export type RepositoryConfigState = z.infer<typeof repositoryConfigStateSchema>;

/** What the file says about the options of tasks. */
export function optionsOfRepository(state: RepositoryConfigState): GivenTaskOptions {
  if (state.status !== 'valid') return {};
  const {
    model,
    limits = {},
    labels,
    approval,
    priority,
    concurrency,
    commits = {},
    mode,
    end = {},
    questions = {},
    tests = {},
  } = state.config;
  return {
    model,
    labels,
    approval,
    priority,
    concurrency,
    commitMessage: commits.message,
    commitStyle: commits.style,
    verifiedCommits: commits.verified,
    maxMinutes: limits.minutes,
    maxTurns: limits.turns,
    maxUsd: limits.usd,
    maxTokens: limits.tokens,
    maxIterations: limits.iterations,
    warnAt: limits.warn_at,
    mode,
    endWhen: end.when,
    endCommand: end.command,
    answerMinutes: questions.minutes,
    onNoAnswer: questions.no_answer,
    tests: tests.write,
  };
}
