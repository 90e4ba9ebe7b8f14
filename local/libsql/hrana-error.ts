import Database from 'libsql';

/** What a client is told about a statement, a stream or a request that failed, in Hrana's form. */
export interface HranaErrorBody {
  message: string;
  code: string;
}

/** A failure that belongs into an answer: the statement or the request was wrong, not the server. */
export class HranaError extends Error {
  override readonly name = 'HranaError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The answer for a failed statement; anything that is no failure of SQL is a bug and thrown on. */
export function toErrorBody(error: unknown): HranaErrorBody {
  if (error instanceof HranaError) return { message: error.message, code: error.code };
  if (error instanceof Database.SqliteError)
    return { message: `${error.code}: ${error.message}`, code: error.code };
  // libsql refuses a value it can't bind or read with a RangeError or a plain TypeError.
  if (error instanceof RangeError || error instanceof TypeError) {
    return { message: error.message, code: 'ARGS_INVALID' };
  }
  throw error;
}

/** Another connection is writing; the statement had no effect and may be tried again. */
export function isBusy(error: unknown): boolean {
  // SQLITE_BUSY_SNAPSHOT is another matter: the transaction read what has changed since, and can only be rolled back.
  return error instanceof Database.SqliteError && error.code === 'SQLITE_BUSY';
}
