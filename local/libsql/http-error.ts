import type { HranaErrorBody } from './hrana-error.ts';
import { HranaError } from './hrana-error.ts';

/** A request that is refused as a whole. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly body: HranaErrorBody;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.body = { message, code };
  }
}

/** How a failure outside of any single statement is answered; undefined for a bug. */
export function toHttpError(error: unknown): HttpError | undefined {
  if (error instanceof HttpError) return error;
  if (!(error instanceof HranaError)) return undefined;
  return new HttpError(error.code === 'TOO_MANY_STREAMS' ? 503 : 400, error.code, error.message);
}
