import { z } from 'zod';
import type { InsightGroup, Insights } from '../../protocol/insights.ts';
import { insightRowSchema, insightsSchema, type Outcomes } from '../../protocol/insights.ts';
import { type InsightsFilter, insightsQuery } from './insights-query.ts';
import type { RecordDb } from './open-record.ts';

const DAY_MS = 86_400_000;

export type InsightsResult = Omit<Insights, 'account' | 'by' | 'from' | 'to'>;

/** Each column of the answer is a JSON text, as SQLite has no other way to give several lists at once. */
const json = <T>(schema: z.ZodType<T>) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);

const { shape } = insightsSchema;
const answerSchema = z.object({
  total: json(shape.total),
  groups: json(z.array(insightRowSchema)),
  days: json(shape.days),
  durationMs: json(shape.durationMs),
  queueMs: json(shape.queueMs),
  taskUsd: json(shape.taskUsd),
  tools: json(shape.tools),
});

/** How the tasks went that ended in a period, cut to what may be seen. */
export async function reportInsights(
  db: RecordDb,
  by: InsightGroup,
  filter: InsightsFilter,
  limit: number,
): Promise<InsightsResult> {
  const [row] = await db.all(insightsQuery(by, filter, limit));
  const { groups, days, ...rest } = answerSchema.parse(row);
  return {
    ...rest,
    groups: groups.slice(0, limit),
    more: groups.length > limit,
    days: everyDay(days, filter),
  };
}

const NOTHING: Outcomes = { completed: 0, rejected: 0, failed: 0, cancelled: 0, stopped: 0, exhausted: 0 };

/** The days of the period in their order, with those that the database has nothing of. */
function everyDay(found: Insights['days'], { fromMs, toMs }: InsightsFilter): Insights['days'] {
  const known = new Map(found.map(({ day, outcomes }) => [day, outcomes]));
  const first = Math.floor(fromMs / DAY_MS);
  const count = Math.max(0, Math.ceil(toMs / DAY_MS) - first);
  return Array.from({ length: count }, (_, index) => {
    const day = new Date((first + index) * DAY_MS).toISOString().slice(0, 10);
    return { day, outcomes: known.get(day) ?? NOTHING };
  });
}
