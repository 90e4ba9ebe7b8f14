import { z } from 'zod';
import { catalogFields, catalogKeySchema, descriptionSchema, slugSchema } from './catalog.ts';
import { cronSchema } from './cron.ts';
import { sessionIdSchema, taskIdSchema } from './ids.ts';
import { MAX_MESSAGE_CHARS } from './limits.ts';
import { personSchema } from './task.ts';
import { givenTaskOptionsSchema } from './task-options.ts';
import { taskStateSchema } from './task-state.ts';
import { templateUseSchema } from './template-use.ts';
import { timeZoneSchema } from './time-zone.ts';
import { workspaceSchema } from './workspace.ts';

/** So many of its runs in a row may fail; then it pauses until a person looks at it. */
export const MAX_SCHEDULE_FAILURES = 3;

/** Runs that are kept of a schedule: three months of one that runs once a day. */
export const MAX_SCHEDULE_RUNS = 100;

/** More belongs into a schedule of its own kind of program. */
export const MAX_FILE_SCHEDULES = 50;

/** What the runs of a schedule do that fall into a time in which nothing could run. */
export const missedSchema = z.enum(['run_once', 'skip']);
/** What a run does while the one before it is not over: none, wait for it, or end it. */
export const overlapSchema = z.enum(['skip', 'queue', 'cancel']);

const promptSchema = z.string().trim().min(1).max(MAX_MESSAGE_CHARS);

/** When it runs and what it asks for. */
const ruleFields = {
  description: descriptionSchema,
  cron: cronSchema,
  timeZone: timeZoneSchema.default('UTC'),
  enabled: z.boolean().default(true),
  /** What is asked for; or a template is named. */
  prompt: promptSchema.nullable().default(null),
  template: templateUseSchema.nullable().default(null),
  options: givenTaskOptionsSchema.default({}),
  missed: missedSchema.default('run_once'),
  overlap: overlapSchema.default('skip'),
};

const scheduleFields = {
  name: slugSchema,
  ...ruleFields,
  /** The name or id of the project that its tasks work on; or a workspace is named. */
  project: catalogKeySchema.nullable().default(null),
  workspace: workspaceSchema.nullable().default(null),
};

export const scheduleBodySchema = z.strictObject(scheduleFields).check(({ value, issues }) => {
  if ((value.prompt === null) === (value.template === null)) {
    const message = 'must be given, or "template": one of the two';
    issues.push({ code: 'custom', path: ['prompt'], message, input: value.prompt });
  }
  if ((value.project === null) === (value.workspace === null)) {
    const message = 'must be given, or "workspace": one of the two';
    issues.push({ code: 'custom', path: ['project'], message, input: value.project });
  }
});
export type ScheduleBody = z.output<typeof scheduleBodySchema>;

/** A schedule as a repository's file names it; the repository is the one that it works on. */
export const fileScheduleSchema = z
  .strictObject({
    cron: cronSchema.describe('Minute, hour, day of the month, month and day of the week, as in a crontab.'),
    time_zone: timeZoneSchema
      .optional()
      .describe('A name of the IANA time zone database; UTC when left out.'),
    prompt: promptSchema.optional().describe('What is asked for; or a template is named.'),
    template: templateUseSchema
      .optional()
      .describe('A template of the account, and values of its variables.'),
    description: z.string().trim().max(1_000).optional().describe('For people.'),
    enabled: z.boolean().optional().describe('`false` switches it off.'),
    options: givenTaskOptionsSchema.optional().describe('Options of its tasks, named as in the API.'),
    missed: missedSchema.optional().describe('What becomes of runs that nothing could start in time.'),
    overlap: overlapSchema.optional().describe('What a run does while the one before it is not over.'),
  })
  .refine(({ prompt, template }) => (prompt === undefined) !== (template === undefined), {
    path: ['prompt'],
    error: 'must be given, or "template": one of the two',
  });
export type FileSchedule = z.output<typeof fileScheduleSchema>;

/** By their names; unique in the file. */
export const fileSchedulesSchema = z
  .record(slugSchema, fileScheduleSchema)
  .refine((all) => Object.keys(all).length <= MAX_FILE_SCHEDULES, `must be at most ${MAX_FILE_SCHEDULES}`);
export type FileSchedules = z.output<typeof fileSchedulesSchema>;

/** The repository whose file a schedule stands in, and its name there. */
const scheduleFileSchema = z.object({
  repositoryId: z.int().positive(),
  /** `owner/name`. */
  repository: z.string(),
  name: slugSchema,
});

/** When a task is to be started, and what it is to do. */
export const scheduleSchema = z.object({
  ...scheduleFields,
  // It was judged when it was written, which takes a while.
  cron: z.string(),
  /** Null: it was made by a call or on the page. Else only a push to that file changes it. */
  file: scheduleFileSchema.nullable().default(null),
  /** Whose requests its tasks are: who wrote it last. */
  requester: personSchema.nullable().optional(),
  ...catalogFields,
});
export type Schedule = z.infer<typeof scheduleSchema>;

/**
 * How far a run is. `starting`: its task is being made; when GitHub does not answer, again and again for a while.
 * `waiting`: for the run before it. `running`: its task is not over. `skipped` and `failed` made no task.
 */
export const SCHEDULE_RUN_STATUSES = [
  'starting',
  'waiting',
  'running',
  'ended',
  'skipped',
  'failed',
] as const;
export const scheduleRunStatusSchema = z.enum(SCHEDULE_RUN_STATUSES);

export const scheduleRunSchema = z.object({
  /** Also the id of its session. */
  id: z.uuid(),
  scheduleId: z.uuid(),
  cause: z.enum(['due', 'missed', 'by_hand']),
  /** Who had it run; null when it was due. */
  by: z.string().nullable(),
  /** The time at which it was due, or somebody asked for it (ms since 1970). */
  dueAt: z.int(),
  /** Runs before it that nothing could start in time, and that it stands for. */
  missed: z.int().min(0),
  status: scheduleRunStatusSchema,
  /** Why it waits, was skipped or failed. */
  reason: z.string().nullable(),
  sessionId: sessionIdSchema.nullable(),
  taskId: taskIdSchema.nullable(),
  /** How its task ended; null before. */
  taskState: taskStateSchema.nullable(),
  startedAt: z.int().nullable(),
  endedAt: z.int().nullable(),
});
export type ScheduleRun = z.infer<typeof scheduleRunSchema>;
export const scheduleRunPageSchema = z.object({ items: z.array(scheduleRunSchema) });

/** What a schedule comes to besides what is written of it. */
const progressFields = {
  /** Runs in a row that failed. */
  failures: z.int().min(0),
  /** It starts nothing until somebody resumes it, or writes it anew. */
  paused: z.object({ at: z.int(), reason: z.string() }).nullable(),
  /** The latest run; null before the first. */
  lastRun: scheduleRunSchema.nullable(),
};
export const plannedScheduleSchema = scheduleSchema.extend(progressFields);
export type PlannedSchedule = z.infer<typeof plannedScheduleSchema>;

export const scheduleViewSchema = plannedScheduleSchema.omit({ requester: true }).extend({
  /** The next times at which it is due, in ms since 1970; none while it is paused or not enabled. */
  nextRuns: z.array(z.int()),
});
export type ScheduleView = z.infer<typeof scheduleViewSchema>;
