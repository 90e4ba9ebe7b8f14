import { LibsqlError } from '@libsql/client/web';
import type { Env } from '../env.ts';
import type { Logger } from '../logger.ts';
import type { SendResult } from '../storage/outbox-decide.ts';
import { openRecord, type RecordDb } from './open-record.ts';
import type { RecordRow } from './rows.ts';
import { writeRecord } from './write-record.ts';

/**
 * Delivers rows from an outbox. A database that is down or slow is tried again. A row that the database refuses for
 * what it holds would block all behind it: it is logged and left out.
 */
export async function sendToRecord(
  env: Env,
  logger: Logger,
  rows: readonly RecordRow[],
): Promise<SendResult> {
  const db = openRecord(env);
  const failure = await tryWrite(db, rows);
  if (failure === null) return { status: 'done' };
  if (!isRefusal(failure)) return { status: 'retry', reason: describe(failure) };
  for (const row of rows) {
    const rowFailure = await tryWrite(db, [row]);
    if (rowFailure === null) continue;
    if (!isRefusal(rowFailure)) return { status: 'retry', reason: describe(rowFailure) };
    logger.error('record.row_refused', { table: row.table, reason: describe(rowFailure) });
  }
  return { status: 'done' };
}

async function tryWrite(db: RecordDb, rows: readonly RecordRow[]): Promise<unknown> {
  try {
    await writeRecord(db, rows);
    return null;
  } catch (error) {
    return error ?? new Error('The write failed without a reason.');
  }
}

/** Constraint and type errors are about the row; a missing table or a network error is about the database. */
function isRefusal(error: unknown): boolean {
  const cause = causeOf(error);
  return cause instanceof LibsqlError && /^SQLITE_(?:CONSTRAINT|MISMATCH|TOOBIG)/.test(cause.code);
}

/** Drizzle wraps what the client threw; its own message holds the whole statement with its values. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined && !(error instanceof LibsqlError)
    ? causeOf(error.cause)
    : error;
}

function describe(error: unknown): string {
  const cause = causeOf(error);
  return cause instanceof Error ? cause.message : String(cause);
}
