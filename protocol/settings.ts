import { z } from 'zod';
import { accountKeySchema } from './ids.ts';
import { givenTaskOptionsSchema } from './task-options.ts';
import { timeZoneSchema } from './time-zone.ts';

/** Far above what anybody means to spend in a day; more is a slip of the finger. */
const MAX_USD_PER_DAY = 1_000_000;

/** More exceptions than that are a rule. */
const MAX_EXCEPTIONS = 1_000;

const usdSchema = z.number().min(0).max(MAX_USD_PER_DAY);

const fewEnough = (exceptions: object) => Object.keys(exceptions).length <= MAX_EXCEPTIONS;
const TOO_MANY = `must be at most ${MAX_EXCEPTIONS} names`;

const lowerCase = (text: string) => text.toLowerCase();

/** `owner/name`, in lower case: GitHub does not tell them apart by case. */
export const repositoryNameSchema = z
  .string()
  .regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/, 'must be of the form "owner/name"')
  .overwrite(lowerCase);

export const loginSchema = z
  .string()
  .regex(/^[\w.@-]{1,100}$/, 'must be a login')
  .overwrite(lowerCase);

const budgetFields = {
  accountUsdPerDay: usdSchema
    .nullable()
    .default(null)
    .describe('What the account may spend a day, in US dollars; null for no limit.'),
  repositoryUsdPerDay: usdSchema
    .nullable()
    .default(null)
    .describe('What each repository may cost a day, in US dollars; null for no limit.'),
  personUsdPerDay: usdSchema
    .nullable()
    .default(null)
    .describe('What the tasks of each person may cost a day, in US dollars; null for no limit.'),
  repositories: z
    .record(repositoryNameSchema, usdSchema)
    .refine(fewEnough, TOO_MANY)
    .default({})
    .describe('Other amounts for some repositories, by `owner/name`.'),
  people: z
    .record(loginSchema, usdSchema)
    .refine(fewEnough, TOO_MANY)
    .default({})
    .describe('Other amounts for some people, by login.'),
};

/** What an account has settled for itself. Stored in its object; a change is in effect with the next task. */
export const accountSettingsSchema = z.strictObject({
  timeZone: timeZoneSchema
    .default('UTC')
    .describe('Where a day of the budgets begins: a name of the IANA time zone database.'),
  budgets: z
    .strictObject(budgetFields)
    .prefault({})
    .describe('What may be spent a day. A budget that is spent refuses new tasks until the next day.'),
  tasks: givenTaskOptionsSchema
    .default({})
    .describe("Options of tasks where neither the request nor the repository's file says anything."),
});
export type AccountSettings = z.output<typeof accountSettingsSchema>;

const { shape: options } = givenTaskOptionsSchema;

/**
 * A change, as a JSON merge patch (RFC 7396): what is left out stays, null takes a setting back to its default or an
 * exception away. What comes of it must fit `accountSettingsSchema`.
 */
export const settingsPatchSchema = z.strictObject({
  timeZone: timeZoneSchema.nullable().optional(),
  budgets: z
    .strictObject({
      accountUsdPerDay: usdSchema.nullable(),
      repositoryUsdPerDay: usdSchema.nullable(),
      personUsdPerDay: usdSchema.nullable(),
      repositories: z.record(repositoryNameSchema, usdSchema.nullable()).nullable(),
      people: z.record(loginSchema, usdSchema.nullable()).nullable(),
    })
    .partial()
    .nullable()
    .optional(),
  tasks: z
    .strictObject({
      ...options,
      maxMinutes: options.maxMinutes.nullable(),
      labels: options.labels.nullable(),
      approval: options.approval.nullable(),
      priority: options.priority.nullable(),
      commitStyle: options.commitStyle.nullable(),
      verifiedCommits: options.verifiedCommits.nullable(),
      mode: options.mode.nullable(),
      maxIterations: options.maxIterations.nullable(),
      warnAt: options.warnAt.nullable(),
      tests: options.tests.nullable(),
      review: options.review.nullable(),
      answerMinutes: options.answerMinutes.nullable(),
      onNoAnswer: options.onNoAnswer.nullable(),
    })
    .partial()
    .nullable()
    .optional(),
});
export type SettingsPatch = z.output<typeof settingsPatchSchema>;

export const settingsViewSchema = z.object({
  account: accountKeySchema,
  /** With the defaults of what nobody has set. */
  settings: accountSettingsSchema,
  /** Null: nobody has changed anything yet. */
  updatedAt: z.int().nullable(),
  updatedBy: z.string().nullable(),
});
export type SettingsView = z.infer<typeof settingsViewSchema>;

/** Applies a merge patch (RFC 7396) to settings as they are stored. */
export function mergePatch(stored: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(stored) ? { ...stored } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else if (value !== undefined) merged[name] = mergePatch(merged[name], value);
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
