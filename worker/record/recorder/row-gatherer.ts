import type { SendResult } from '../../storage/outbox-decide.ts';
import type { RecordRow } from '../rows.ts';

/** One transaction of this many rows takes libSQL some tens of milliseconds: nobody behind it waits for long. */
export const ROWS_AT_ONCE = 200;

/** Of text (UTF-16 units) in one request; a call that holds more goes alone. */
export const TEXT_AT_ONCE = 1_000_000;

/** What waits lies in memory: whoever would add to more keeps it in its outbox a little longer. */
export const MAX_WAITING_ROWS = 10_000;

/** Shorter than callers wait (`RECORDER_DEADLINE_MS`): nothing is sent whose caller will send it again. */
export const MAX_WAIT_MS = 15_000;

/** When a caller comes again who found the queue full. */
const FULL_WAIT_MS = 2_000;

export type GathererDeps = {
  now: () => number;
  /** Writes rows in one transaction. Has a deadline of its own. */
  send: (rows: readonly RecordRow[]) => Promise<WriteResult>;
};

/** `refused`: the database is well, and refuses one of the rows for what it holds. */
export type WriteResult = Exclude<SendResult, { status: 'park' }> | { status: 'refused'; reason: string };

type Call = {
  rows: readonly RecordRow[];
  text: number;
  sinceMs: number;
  answer: (result: WriteResult) => void;
};

/**
 * Makes few requests of many: while one is on its way, what comes meanwhile gathers for the next. Rows of one call
 * stay together and in order. When the database does not answer, everyone who waits is told so at once, and the next
 * request holds one call alone, so that one that can't get through holds up no other.
 */
export class RowGatherer {
  readonly #deps: GathererDeps;
  readonly #waiting: Call[] = [];
  #waitingRows = 0;
  #isSending = false;
  /** The database, to the last request. */
  #hasAnswered = true;

  constructor(deps: GathererDeps) {
    this.#deps = deps;
  }

  /**
   * Writes the rows of one caller.
   *
   * @returns `done` once they are stored; `refused` when they went alone and one of them was refused
   */
  write(rows: readonly RecordRow[]): Promise<WriteResult> {
    if (this.#waitingRows + rows.length > MAX_WAITING_ROWS && this.#waiting.length > 0) {
      const reason = 'Too much waits to be written to the record.';
      return Promise.resolve({ status: 'later', reason, afterMs: FULL_WAIT_MS });
    }
    return new Promise((answer) => {
      this.#waiting.push({ rows, text: textOf(rows), sinceMs: this.#deps.now(), answer });
      this.#waitingRows += rows.length;
      if (!this.#isSending) void this.#sendAll();
    });
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    for (let calls = this.#take(); calls.length > 0; calls = this.#take()) await this.#sendTogether(calls);
    this.#isSending = false;
  }

  /** The calls of the next request; those that waited too long are sent away. */
  #take(): Call[] {
    const calls: Call[] = [];
    let rows = 0;
    let text = 0;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const isLate = this.#deps.now() - next.sinceMs > MAX_WAIT_MS;
      const isFull =
        !this.#hasAnswered || rows + next.rows.length > ROWS_AT_ONCE || text + next.text > TEXT_AT_ONCE;
      if (!isLate && calls.length > 0 && isFull) break;
      this.#waiting.shift();
      this.#waitingRows -= next.rows.length;
      if (isLate) {
        next.answer({ status: 'retry', reason: 'The record was busy for too long.' });
        continue;
      }
      calls.push(next);
      rows += next.rows.length;
      text += next.text;
    }
    return calls;
  }

  async #sendTogether(calls: readonly Call[]): Promise<void> {
    const result = await this.#send(calls.flatMap(({ rows }) => rows));
    if (result.status === 'refused' && calls.length > 1) {
      for (const call of calls) await this.#sendTogether([call]);
      return;
    }
    for (const { answer } of calls) answer(result);
    this.#hasAnswered = result.status === 'done' || result.status === 'refused';
    if (this.#hasAnswered) return;
    this.#waitingRows = 0;
    for (const { answer } of this.#waiting.splice(0)) answer(result);
  }

  async #send(rows: readonly RecordRow[]): Promise<WriteResult> {
    try {
      return await this.#deps.send(rows);
    } catch (error) {
      return { status: 'retry', reason: error instanceof Error ? error.message : String(error) };
    }
  }
}

function textOf(rows: readonly RecordRow[]): number {
  let text = 0;
  for (const { row } of rows) {
    for (const value of Object.values(row)) if (typeof value === 'string') text += value.length;
  }
  return text;
}
