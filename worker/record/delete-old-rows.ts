import { type SQL, sql } from 'drizzle-orm';
import type { RecordDb } from './open-record.ts';
import { commandLogs, deliveries } from './schema.ts';

/** Days that rows are kept; 0: for ever. */
export type KeepDays = { toolLogs: number; deliveries: number };

const DAY_MS = 86_400_000;

/** In one statement, so that the record is not held for long; a run every ten minutes comes to 700,000 a day. */
export const DELETED_AT_ONCE = 5_000;

/** Takes rows that are older than they are kept out of the record, the oldest first, some of them a run. */
export async function deleteOldRows(db: RecordDb, keep: KeepDays, nowMs: number) {
  const before = (days: number) => nowMs - days * DAY_MS;
  const run = async (days: number, statement: (beforeMs: number) => SQL) =>
    days === 0 ? 0 : (await db.run(statement(before(days)))).rowsAffected;
  return {
    toolLogs: await run(keep.toolLogs, deleteToolLogs),
    deliveries: await run(keep.deliveries, deleteDeliveries),
  };
}

/**
 * Tool calls have no index by time alone, which would cost as much as they do. Those that came first into the table
 * have its lowest row ids: only these are looked at.
 */
function deleteToolLogs(beforeMs: number): SQL {
  return sql`DELETE FROM ${commandLogs} WHERE rowid IN (
    SELECT row_id FROM (
      SELECT rowid AS row_id, started_at FROM ${commandLogs} ORDER BY rowid LIMIT ${DELETED_AT_ONCE}
    ) WHERE started_at < ${beforeMs}
  )`;
}

function deleteDeliveries(beforeMs: number): SQL {
  return sql`DELETE FROM ${deliveries} WHERE ${deliveries.id} IN (
    SELECT id FROM ${deliveries} WHERE received_at < ${beforeMs} ORDER BY received_at LIMIT ${DELETED_AT_ONCE}
  )`;
}
