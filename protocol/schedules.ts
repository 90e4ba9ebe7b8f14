import { z } from 'zod';
import { catalogFields, catalogKeySchema, descriptionSchema, slugSchema } from './catalog.ts';
import { cronSchema } from './cron.ts';
import { MAX_MESSAGE_CHARS } from './limits.ts';
import { givenTaskOptionsSchema } from './task.ts';
import { templateUseSchema } from './template-use.ts';
import { timeZoneSchema } from './time-zone.ts';

/** What the runs of a schedule do that fall into a time in which nothing could run. */
const missedSchema = z.enum(['run_once', 'skip']);
/** What a run does while the one before it is not over. */
const overlapSchema = z.enum(['skip', 'queue']);

const scheduleFields = {
  name: slugSchema,
  description: descriptionSchema,
  cron: cronSchema,
  timeZone: timeZoneSchema.default('UTC'),
  enabled: z.boolean().default(true),
  /** The name or id of the project that its tasks work on. */
  project: catalogKeySchema,
  /** What is asked for; or a template is named. */
  prompt: z.string().trim().min(1).max(MAX_MESSAGE_CHARS).nullable().default(null),
  template: templateUseSchema.nullable().default(null),
  options: givenTaskOptionsSchema.default({}),
  missed: missedSchema.default('run_once'),
  overlap: overlapSchema.default('skip'),
};

export const scheduleBodySchema = z.strictObject(scheduleFields).check(({ value, issues }) => {
  if ((value.prompt === null) !== (value.template === null)) return;
  const message = 'must be given, or "template": one of the two';
  issues.push({ code: 'custom', path: ['prompt'], message, input: value.prompt });
});
export type ScheduleBody = z.output<typeof scheduleBodySchema>;

/** When a task is to be started, and what it is to do. */
export const scheduleSchema = z.object({
  ...scheduleFields,
  // It was judged when it was written, which takes a while.
  cron: z.string(),
  ...catalogFields,
});
export type Schedule = z.infer<typeof scheduleSchema>;

export const scheduleViewSchema = scheduleSchema.extend({
  /** The next times at which it is due, in ms since 1970; none while it is not enabled. */
  nextRuns: z.array(z.int()),
});
export type ScheduleView = z.infer<typeof scheduleViewSchema>;
