import { z } from 'zod';
import { accountKeySchema } from './ids.ts';
import { momentRangeParameters } from './moments.ts';
import { usageSchema } from './usage.ts';

/** By what usage is summed up. Days are those of UTC. */
export const USAGE_GROUPS = ['day', 'model', 'repository', 'requester', 'session', 'task'] as const;
export const usageGroupSchema = z.enum(USAGE_GROUPS);
export type UsageGroup = z.infer<typeof usageGroupSchema>;

/** When nothing is said. */
export const DEFAULT_USAGE_DAYS = 30;
const MAX_USAGE_ROWS = 1_000;
const DEFAULT_USAGE_ROWS = 100;

/** By day, model, repository and requester, days count as a whole: `from` and `to` are taken to their midnights. */
export const usageQuerySchema = z.object({
  by: usageGroupSchema.default('day'),
  account: accountKeySchema.optional(),
  ...momentRangeParameters,
  /** GitHub's numeric id. */
  repository: z.coerce.number().int().positive().optional(),
  requester: z.string().min(1).max(100).optional(),
  model: z.string().min(1).max(100).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_USAGE_ROWS).default(DEFAULT_USAGE_ROWS),
});

const sumsSchema = usageSchema.extend({
  /** Turns of Claude. */
  turns: z.int(),
  /** How long they took. */
  durationMs: z.number(),
});
export type UsageSums = z.infer<typeof sumsSchema>;

export const usageRowSchema = sumsSchema.extend({
  /** The day (2026-11-21), the model, the repository's numeric id, the login, the session's or the task's id. */
  group: z.string(),
  /** What people call it, where that is something else: `owner/name`, the session's title, the task's request. */
  name: z.string().nullable(),
});
export type UsageRow = z.infer<typeof usageRowSchema>;

export const usageReportSchema = z.object({
  account: accountKeySchema,
  by: usageGroupSchema,
  from: z.int(),
  to: z.int(),
  /** Days in their order; all else the most expensive first. */
  rows: z.array(usageRowSchema),
  /** There are more rows; the total counts them too. */
  more: z.boolean(),
  total: sumsSchema,
});
export type UsageReport = z.infer<typeof usageReportSchema>;
