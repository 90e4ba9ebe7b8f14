import { and, eq, gte, sql } from 'drizzle-orm';
import type { AccountKey } from '../../protocol/ids.ts';
import type { RecordDb } from './open-record.ts';
import { tasks, usage } from './schema.ts';

/** What was so before is no news of now. */
const LATELY_MS = 60 * 60_000;

/** Failures of tasks that are the model's side, and none of the task. */
const MODEL_FAILURES = ['not_logged_in', 'api_overloaded', 'api_unreachable', 'api_error', 'usage_limit'];

/** Of the last hour: when the model last answered, and when a task last failed at it. Times are ms since 1970. */
export type ModelTrouble = { answeredAt: number | null; failedAt: number | null };

export async function readModelTrouble(
  db: RecordDb,
  account: AccountKey,
  nowMs: number,
): Promise<ModelTrouble> {
  const since = nowMs - LATELY_MS;
  const kinds = sql.join(
    MODEL_FAILURES.map((kind) => sql`${kind}`),
    sql`, `,
  );
  const [[answered], [failed]] = await Promise.all([
    db
      .select({ at: sql<number | null>`max(${usage.at})` })
      .from(usage)
      .where(and(eq(usage.account, account), gte(usage.at, since))),
    db
      .select({ at: sql<number | null>`max(${tasks.endedAt})` })
      .from(tasks)
      .where(
        and(
          eq(tasks.account, account),
          gte(tasks.endedAt, since),
          eq(tasks.state, 'failed'),
          sql`json_extract(${tasks.failure}, '$.kind') IN (${kinds})`,
        ),
      ),
  ]);
  return { answeredAt: answered?.at ?? null, failedAt: failed?.at ?? null };
}
