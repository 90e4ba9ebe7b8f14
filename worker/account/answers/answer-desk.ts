import type { AccountParts } from '../account-parts.ts';

/** An answer that is given again. */
export type KeptAnswer = { status: number; contentType: string; body: string };

export type AnswerVerdict =
  | { status: 'new' }
  | { status: 'running' }
  | { status: 'other_request' }
  | { status: 'answered'; answer: KeptAnswer };

/** Clients try again for minutes, jobs of theirs for hours. */
const KEPT_MS = 24 * 60 * 60_000;

/** A request that has not ended by then was cut off. What it did is known by its key to whom it did it. */
const RUNNING_MS = 60_000;

/** What requests with an `Idempotency-Key` were answered. */
export class AnswerDesk {
  readonly #sql: SqlStorage;
  readonly #now: () => number;

  constructor({ storage, now }: AccountParts) {
    this.#sql = storage.sql;
    this.#now = now;
    this.#sql.exec(`
      CREATE TABLE IF NOT EXISTS answers (
        key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, at_ms INTEGER NOT NULL, answer TEXT
      ) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS answers_by_age ON answers (at_ms);
    `);
  }

  /** @param fingerprint of the request: a key belongs to one */
  begin(key: string, fingerprint: string): AnswerVerdict {
    const nowMs = this.#now();
    this.#sql.exec('DELETE FROM answers WHERE at_ms < ?', nowMs - KEPT_MS);
    const [known] = this.#sql
      .exec<{ fingerprint: string; at_ms: number; answer: string | null }>(
        'SELECT fingerprint, at_ms, answer FROM answers WHERE key = ?',
        key,
      )
      .toArray();
    if (known !== undefined) {
      if (known.fingerprint !== fingerprint) return { status: 'other_request' };
      if (known.answer !== null) return { status: 'answered', answer: JSON.parse(known.answer) };
      if (nowMs - known.at_ms < RUNNING_MS) return { status: 'running' };
    }
    this.#sql.exec('INSERT OR REPLACE INTO answers VALUES (?, ?, ?, NULL)', key, fingerprint, nowMs);
    return { status: 'new' };
  }

  /** @param answer null: nothing was done, so the next request is a new one */
  finish(key: string, answer: KeptAnswer | null): void {
    if (answer === null) this.#sql.exec('DELETE FROM answers WHERE key = ? AND answer IS NULL', key);
    else this.#sql.exec('UPDATE answers SET answer = ? WHERE key = ?', JSON.stringify(answer), key);
  }
}
