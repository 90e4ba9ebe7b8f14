import { randomBytes } from 'node:crypto';
import { HranaError } from './hrana-error.ts';
import { MAX_STREAMS } from './limits.ts';
import type { StreamDeps } from './sql-stream.ts';
import { SqlStream } from './sql-stream.ts';

/** Enough that nobody guesses his way into a stream of another. */
const BATON_BYTES = 18;

/** Expired batons are remembered so that their owner is told what happened, not that he made one up. */
const MAX_REMEMBERED = 1_000;

/** The streams between two requests, each under the baton its client was given last. */
export class StreamTable {
  readonly #deps: StreamDeps;
  readonly #idleMs: number;
  readonly #parked = new Map<string, { stream: SqlStream; timer: NodeJS.Timeout }>();
  readonly #expired = new Set<string>();
  readonly #open = new Set<SqlStream>();

  constructor(deps: StreamDeps, idleMs: number) {
    this.#deps = deps;
    this.#idleMs = idleMs;
  }

  /** The stream of a baton, which works once; a new stream without one. */
  take(baton: string | null | undefined): SqlStream {
    if (baton === null || baton === undefined) return this.#create();
    const parked = this.#parked.get(baton);
    if (parked) {
      clearTimeout(parked.timer);
      this.#parked.delete(baton);
      return parked.stream;
    }
    if (this.#expired.has(baton)) {
      throw new HranaError('STREAM_EXPIRED', 'The stream has expired: start the transaction again.');
    }
    throw new HranaError('BATON_INVALID', 'The baton is not one of this server, or was used before.');
  }

  /** Keeps the stream for its client's next request and gives its baton; null for one that is closed. */
  park(stream: SqlStream): string | null {
    if (stream.isClosed) {
      this.#open.delete(stream);
      return null;
    }
    const baton = randomBytes(BATON_BYTES).toString('base64url');
    const timer = setTimeout(() => this.#expire(baton), this.#idleMs);
    this.#parked.set(baton, { stream, timer });
    return baton;
  }

  /** Closes a stream whose client will not come back. */
  drop(stream: SqlStream): void {
    for (const [baton, parked] of this.#parked) {
      if (parked.stream !== stream) continue;
      clearTimeout(parked.timer);
      this.#parked.delete(baton);
    }
    this.#open.delete(stream);
    if (!stream.isClosed) stream.close();
  }

  closeAll(): void {
    for (const stream of [...this.#open]) this.drop(stream);
  }

  #create(): SqlStream {
    if (this.#open.size >= MAX_STREAMS) {
      throw new HranaError(
        'TOO_MANY_STREAMS',
        `${MAX_STREAMS} streams are open: close transactions, or try again later.`,
      );
    }
    const stream = new SqlStream(this.#deps);
    this.#open.add(stream);
    return stream;
  }

  #expire(baton: string): void {
    const parked = this.#parked.get(baton);
    if (!parked) return;
    this.drop(parked.stream);
    const [oldest] = this.#expired;
    if (this.#expired.size >= MAX_REMEMBERED && oldest !== undefined) this.#expired.delete(oldest);
    this.#expired.add(baton);
  }
}
