import { LibsqlError } from '@libsql/client/web';
import type { RecordDb } from '../open-record.ts';
import type { RecordRow } from '../rows.ts';
import { writeRecord } from '../write-record.ts';
import type { WriteResult } from './row-gatherer.ts';

/** Writes rows in one transaction. A database that is down or slow is to be tried again. */
export async function tryWrite(db: RecordDb, rows: readonly RecordRow[]): Promise<WriteResult> {
  try {
    await writeRecord(db, rows);
    return { status: 'done' };
  } catch (error) {
    const cause = causeOf(error);
    const reason = cause instanceof Error ? cause.message : String(cause);
    return isRefusal(cause) ? { status: 'refused', reason } : { status: 'retry', reason };
  }
}

/** Constraint and type errors are about the row; a missing table or a network error is about the database. */
function isRefusal(cause: unknown): boolean {
  return cause instanceof LibsqlError && /^SQLITE_(?:CONSTRAINT|MISMATCH|TOOBIG)/.test(cause.code);
}

/** Drizzle wraps what the client threw; its own message holds the whole statement with its values. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined && !(error instanceof LibsqlError)
    ? causeOf(error.cause)
    : error;
}
