import { z } from 'zod';
import {
  automationAskedSchema,
  automationContinuedSchema,
  automationJudgedSchema,
  inputWantedSchema,
} from './automation-events.ts';
import { controlEventSchema } from './control-events.ts';
import { type CutText, cutTextSchema } from './cut-text-schema.ts';
import { gateResultSchema, MAX_GATE_CHUNK_CHARS } from './gates.ts';
import { taskIdSchema } from './ids.ts';
import { MAX_STRUCTURED_OUTPUT_CHARS } from './limits.ts';
import { failureSchema, jobOutcomeSchema } from './outcome.ts';
import { questionAskedSchema, questionParkedSchema, questionSettledSchema } from './questions.ts';
import { usageSchema } from './usage.ts';
import { MAX_COMMITS, stagedRefSchema } from './workspace.ts';

export { type CutText, cutTextSchema };

/** Set on what a sub-agent did: the tool use that started it. */
const parentSchema = z.string().max(200).nullable();

export const changedFileSchema = z.object({
  path: z.string(),
  previousPath: z.string().nullable(),
  status: z.enum(['added', 'modified', 'deleted', 'renamed', 'copied', 'type_changed']),
  /** Null for binary files. */
  insertions: z.int().min(0).nullable(),
  deletions: z.int().min(0).nullable(),
});
export type ChangedFile = z.infer<typeof changedFileSchema>;

/** Which repository of a task an event is about, besides the one that its session works in. */
const sideFields = { repositoryId: z.int().positive(), repository: z.string().max(201) };

/** Facts that only a runner can know. Each is journalled on its disk before it is sent. */
export const runnerEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('preflight.check'),
    name: z.string().max(100),
    ok: z.boolean(),
    detail: z.string().max(1_000),
    remedy: z.string().max(1_000).nullable(),
  }),
  z.object({
    type: z.literal('workspace.ready'),
    branch: z.string().nullable(),
    base: z.string().nullable(),
    head: z.string().nullable(),
    /** The worktree of an earlier task is continued. */
    resumed: z.boolean(),
    durationMs: z.number().min(0),
    /** Set where another runner had begun: what of its work is continued here. */
    continues: z
      .discriminatedUnion('from', [
        z.object({
          from: z.literal('checkpoint'),
          checkpointId: z.uuid(),
          storedAt: z.int(),
          runnerName: z.string().nullable(),
        }),
        z.object({ from: z.literal('beginning'), runnerName: z.string().nullable() }),
      ])
      .optional(),
  }),
  /** Another repository of the task is there. */
  z.object({
    type: z.literal('repository.ready'),
    ...sideFields,
    access: z.enum(['read', 'write']),
    branch: z.string().nullable(),
    base: z.string().nullable(),
    head: z.string().nullable(),
    resumed: z.boolean(),
  }),
  z.object({ type: z.literal('checkpoint.made'), ref: z.string(), sha: z.string() }),
  z.object({
    type: z.literal('claude.started'),
    claudeSessionId: z.string(),
    resumed: z.boolean(),
    model: z.string(),
    version: z.string(),
    /** From the job's arrival on the runner to the first output of the CLI. */
    sinceAssignMs: z.number().min(0),
  }),
  z.object({ type: z.literal('claude.text'), text: z.string(), parent: parentSchema }),
  z.object({ type: z.literal('claude.thinking'), text: z.string(), parent: parentSchema }),
  z.object({
    type: z.literal('claude.tool_use'),
    toolUseId: z.string().max(200),
    name: z.string().max(200),
    /** The input as JSON text. */
    input: cutTextSchema,
    parent: parentSchema,
  }),
  z.object({
    type: z.literal('claude.tool_result'),
    toolUseId: z.string().max(200),
    /** Of the tool, where its use was seen. */
    name: z.string().max(200).optional(),
    isError: z.boolean(),
    output: cutTextSchema,
    durationMs: z.number().min(0).nullable(),
    parent: parentSchema,
  }),
  z.object({
    type: z.literal('claude.permission_denied'),
    toolUseId: z.string(),
    name: z.string(),
    message: z.string(),
  }),
  /** The model's side answered with an error and the CLI tries again by itself. */
  z.object({
    type: z.literal('claude.api_retry'),
    attempt: z.int().min(1),
    maxAttempts: z.int().min(0),
    status: z.int().nullable(),
    delayMs: z.number().min(0),
  }),
  /** The turn ended in an error that may pass: the runner takes it up again, after a wait or with a new process. */
  z.object({
    type: z.literal('claude.recovering'),
    how: z.enum(['back_off', 'resume']),
    failure: failureSchema,
    attempt: z.int().positive(),
    maxAttempts: z.int().positive(),
    delayMs: z.number().min(0),
  }),
  /** One turn is over. */
  z.object({
    type: z.literal('claude.turn_ended'),
    isError: z.boolean(),
    terminalReason: z.string().nullable(),
    text: cutTextSchema,
    turns: z.int().min(0),
    durationMs: z.number().min(0),
    /** Of this turn alone, also after a resume. */
    usage: usageSchema,
    model: z.string().nullable(),
    /** The answer by the task's schema, as JSON text; left out where there is none. */
    structuredOutput: z.string().max(MAX_STRUCTURED_OUTPUT_CHARS).optional(),
  }),
  /** Somebody had Claude pause: its turn is interrupted, its process lives, and the task's time stands still. */
  z.object({ type: z.literal('claude.paused') }),
  z.object({ type: z.literal('claude.resumed') }),
  questionAskedSchema,
  questionParkedSchema,
  questionSettledSchema,
  /** A command of the control plane took effect; it is not sent again. */
  z.object({ type: z.literal('command.taken'), commandId: z.int().positive() }),
  z.object({
    type: z.literal('notice'),
    level: z.enum(['info', 'warning', 'error']),
    text: z.string().max(4_000),
  }),
  automationAskedSchema,
  automationJudgedSchema,
  automationContinuedSchema,
  inputWantedSchema,
  /** Claude is done. The tree names the work exactly. */
  z.object({
    type: z.literal('work.captured'),
    tree: z.string(),
    changed: z.boolean(),
    files: z.array(changedFileSchema).max(1_000),
    filesCut: z.boolean(),
    insertions: z.int().min(0),
    deletions: z.int().min(0),
    patch: cutTextSchema,
    /** Set where the task has several repositories: `tree` is then a digest that names all of their trees. */
    trees: z.array(z.object({ repositoryId: z.int().positive(), tree: z.string() })).optional(),
  }),
  /** The same of another repository of the task. Comes before `work.captured`. */
  z.object({
    type: z.literal('repository.captured'),
    ...sideFields,
    tree: z.string(),
    changed: z.boolean(),
    files: z.array(changedFileSchema).max(1_000),
    filesCut: z.boolean(),
    insertions: z.int().min(0),
    deletions: z.int().min(0),
    patch: cutTextSchema,
  }),
  /** What one turn changed, told when the next one begins or the work is captured. Only of tasks with several turns. */
  z.object({
    type: z.literal('turn.captured'),
    turn: z.int().positive(),
    tree: z.string(),
    files: z.array(changedFileSchema).max(1_000),
    filesCut: z.boolean(),
    insertions: z.int().min(0),
    deletions: z.int().min(0),
    patch: cutTextSchema,
  }),
  /** The order of a person who rejected the work has arrived; written down before anything is done about it. */
  z.object({
    type: z.literal('work.rejected'),
    commandId: z.int().positive(),
    by: z.string(),
    reason: z.string().nullable(),
    again: z.boolean(),
    messageId: z.string().nullable(),
  }),
  /** The folder is as it was before the task; what was in it is kept under a rescue ref. */
  z.object({ type: z.literal('work.reverted'), to: z.string(), rescueRef: z.string().nullable() }),
  /** Claude wrote tests for the task before it began with the work itself. */
  z.object({
    type: z.literal('tests.written'),
    files: z.array(z.string().max(500)).max(200),
    filesCut: z.boolean(),
  }),
  z.object({ type: z.literal('gates.started'), names: z.array(z.string()) }),
  /** What a running gate has written since the last of these. Left out beyond a bound. */
  z.object({
    type: z.literal('gate.output'),
    name: z.string().max(100),
    text: z.string().max(MAX_GATE_CHUNK_CHARS),
  }),
  z.object({ type: z.literal('gate.finished'), gate: gateResultSchema }),
  z.object({
    type: z.literal('gates.finished'),
    passed: z.boolean(),
    results: z.array(
      z.object({
        name: z.string(),
        required: z.boolean(),
        passed: z.boolean(),
        output: cutTextSchema,
        durationMs: z.number().min(0),
      }),
    ),
    /** Claude gets the failure and tries again, for this time; left out where it does not. */
    retry: z.int().positive().optional(),
  }),
  /** The runner goes on with this tree although a required gate failed: an admin wants it. */
  z.object({ type: z.literal('gates.overridden'), tree: z.string(), by: z.string().max(100) }),
  z.object({
    type: z.literal('commit.made'),
    sha: z.string(),
    tree: z.string(),
    branch: z.string(),
    /** How many there are, `sha` the last; one where it is left out. */
    commits: z.int().min(1).max(MAX_COMMITS).optional(),
    /** GitHub makes those that count. */
    draft: z.literal(true).optional(),
  }),
  z.object({ type: z.literal('push.done'), sha: z.string(), branch: z.string() }),
  /** Commits lie on GitHub beside the branch, for GitHub to make them anew and sign them. */
  z.object({
    type: z.literal('push.staged'),
    /** Of another repository than the one that the session works in. */
    repositoryId: sideFields.repositoryId.optional(),
    repository: sideFields.repository.optional(),
    /** The last of them. */
    sha: z.string(),
    tree: z.string(),
    /** Where they belong. */
    branch: z.string(),
    /** Where they lie. */
    ref: stagedRefSchema,
    commits: z.int().min(1).max(MAX_COMMITS),
  }),
  z.object({
    type: z.literal('repository.pushed'),
    ...sideFields,
    sha: z.string(),
    tree: z.string(),
    branch: z.string(),
  }),
  z.object({ type: z.literal('repository.rescued'), ...sideFields, ref: z.string(), sha: z.string() }),
  z.object({ type: z.literal('rescue.made'), ref: z.string(), sha: z.string() }),
  /** The last event of a job. */
  z.object({ type: z.literal('job.finished'), outcome: jobOutcomeSchema }),
]);
export type RunnerEvent = z.infer<typeof runnerEventSchema>;
export type RunnerEventType = RunnerEvent['type'];

export const sessionEventSchema = z.union([runnerEventSchema, controlEventSchema]);
export type SessionEvent = z.infer<typeof sessionEventSchema>;

/** One numbered fact in a session's log. Ids start at 1 and have no gaps. `at` is ms since 1970. */
export const loggedEventSchema = z.object({
  id: z.int().positive(),
  at: z.int(),
  taskId: taskIdSchema.nullable(),
  event: sessionEventSchema,
});
export type LoggedEvent = z.infer<typeof loggedEventSchema>;
