import { z } from 'zod';
import { accountKeySchema } from './ids.ts';
import { momentRangeParameters } from './moments.ts';
import type { TERMINAL_STATES } from './task-state.ts';

/* How tasks went, over a period: `GET /api/insights`. */

export const INSIGHT_GROUPS = ['repository', 'requester', 'model'] as const;
export const insightGroupSchema = z.enum(INSIGHT_GROUPS);
export type InsightGroup = z.infer<typeof insightGroupSchema>;

/** When nothing is said. */
export const DEFAULT_INSIGHT_DAYS = 30;

/** Days are shown one by one; a longer time is asked for in parts. */
export const MAX_INSIGHT_DAYS = 400;

const MAX_INSIGHT_ROWS = 100;
const DEFAULT_INSIGHT_ROWS = 20;

const MINUTE_MS = 60_000;

/** Where the bars of a distribution end, each excluded; the last bar has no end. */
export const DURATION_EDGES_MS = [0.5, 1, 2, 5, 10, 20, 30, 60, 120].map((minutes) => minutes * MINUTE_MS);
export const COST_EDGES_USD = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
export const QUEUE_EDGES_MS = [
  1_000,
  5_000,
  15_000,
  ...[1, 5, 15, 60, 240].map((minutes) => minutes * MINUTE_MS),
];

/** Tasks that ended from the first moment on, up to but without the second. */
export const insightsQuerySchema = z.object({
  by: insightGroupSchema.default('repository'),
  account: accountKeySchema.optional(),
  ...momentRangeParameters,
  /** GitHub's numeric id. */
  repository: z.coerce.number().int().positive().optional(),
  requester: z.string().min(1).max(100).optional(),
  model: z.string().min(1).max(100).optional(),
  /** How many groups, and how many tools. */
  limit: z.coerce.number().int().min(1).max(MAX_INSIGHT_ROWS).default(DEFAULT_INSIGHT_ROWS),
});

const countSchema = z.int().min(0);

/** How many tasks ended in each way. */
export const outcomesSchema = z.object({
  completed: countSchema,
  rejected: countSchema,
  failed: countSchema,
  cancelled: countSchema,
  stopped: countSchema,
  exhausted: countSchema,
} satisfies Record<(typeof TERMINAL_STATES)[number], typeof countSchema>);
export type Outcomes = z.infer<typeof outcomesSchema>;

/** By nearest rank, so that each is the value of a task; null where no task has one. */
const quantilesSchema = z.object({ median: z.number().nullable(), p95: z.number().nullable() });
export type Quantiles = z.infer<typeof quantilesSchema>;

const figuresSchema = z.object({
  /** Tasks that ended. */
  tasks: countSchema,
  outcomes: outcomesSchema,
  /** Tasks whose request was made before in their session and was not completed then, and how many of them were. */
  retries: z.object({ tasks: countSchema, completed: countSchema }),
  costUsd: z.number(),
  /** From the start of the work to its end, with what it waited for people in between; of tasks that started. */
  durationMs: quantilesSchema,
  /** From the request to the start of the work. */
  queueMs: quantilesSchema,
  taskUsd: quantilesSchema,
});
export type InsightFigures = z.infer<typeof figuresSchema>;

export const insightRowSchema = figuresSchema.extend({
  /** The repository's numeric id, the login, or the model that cost most in the task. */
  group: z.string(),
  /** What people call it, where that is something else: `owner/name`. */
  name: z.string().nullable(),
});

/** Tasks below a value and not below that of the bar before; null: all above. */
const barSchema = z.object({ below: z.number().nullable(), tasks: countSchema });
export type InsightBar = z.infer<typeof barSchema>;

export const insightsSchema = z.object({
  account: accountKeySchema,
  by: insightGroupSchema,
  from: z.int(),
  to: z.int(),
  total: figuresSchema,
  /** Those with the most tasks first. */
  groups: z.array(insightRowSchema),
  /** There are more groups; the total counts them too. */
  more: z.boolean(),
  /** Every day (UTC) of the period, with those on which nothing ended. */
  days: z.array(z.object({ day: z.string(), outcomes: outcomesSchema })),
  durationMs: z.array(barSchema),
  queueMs: z.array(barSchema),
  taskUsd: z.array(barSchema),
  /** What Claude called in these tasks, the most often called first. */
  tools: z.array(
    z.object({ tool: z.string(), calls: countSchema, errors: countSchema, durationMs: z.number() }),
  ),
});
export type Insights = z.infer<typeof insightsSchema>;
