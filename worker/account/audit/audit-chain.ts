import { createHash } from 'node:crypto';
import {
  type AuditActor,
  type AuditEntry,
  type AuditHead,
  type AuditOutcome,
  type AuditTarget,
  auditEntrySchema,
  auditHashInput,
  EMPTY_AUDIT_HEAD,
} from '../../../protocol/audit.ts';
import type { AccountKey } from '../../../protocol/ids.ts';
import { cleanIntent } from './clean-intent.ts';

/** Something that somebody is about to do. `id` makes copies of the same news known. */
export type AuditIntent = {
  id: string;
  at: number;
  actor: AuditActor;
  action: string;
  target: AuditTarget;
  address: string | null;
  userAgent: string | null;
  details: Record<string, unknown>;
};

export type AuditEnd = { outcome: AuditOutcome; problem: string | null };

/** Longer than any request of ours runs. */
const UNFINISHED_MS = 60_000;

/** So many lines stay in the object when the record has them: an audit while the record is away sees the latest. */
export const KEEP_LINES = 1_000;

/** Each is asked about one by one. */
const TRIM_BATCH = 500;

/** Copies come within the half hour that an outbox tries; a day is generous. */
const KNOWN_MS = 24 * 3_600_000;

/**
 * An account's audit log in its object's SQLite: what is asked for is noted before it is done, and becomes a line of
 * the chain when it is known what became of it.
 */
export class AuditChain {
  readonly #sql: SqlStorage;
  readonly #account: AccountKey;

  constructor(sql: SqlStorage, account: AccountKey) {
    this.#sql = sql;
    this.#account = account;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS audit_open (id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, intent TEXT NOT NULL)
        WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS audit_known (id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS audit_log (number INTEGER PRIMARY KEY, hash TEXT NOT NULL, entry TEXT NOT NULL);
    `);
  }

  /** Notes that something is about to be done. */
  begin(given: AuditIntent): void {
    const intent = cleanIntent(given);
    if (this.#isKnown(intent.id)) return;
    this.#sql.exec(
      'INSERT OR IGNORE INTO audit_open (id, at_ms, intent) VALUES (?, ?, ?)',
      intent.id,
      intent.at,
      JSON.stringify(intent),
    );
  }

  /** Makes a line of what was begun. @returns it; null when there is nothing of that id to end. */
  finish(id: string, end: AuditEnd): AuditEntry | null {
    const [open] = this.#sql
      .exec<{ intent: string }>('DELETE FROM audit_open WHERE id = ? RETURNING intent', id)
      .toArray();
    return open === undefined ? null : this.#append(JSON.parse(open.intent), end);
  }

  /** Makes a line of what was done already. @returns null for a copy. */
  add(intent: AuditIntent, end: AuditEnd = { outcome: 'done', problem: null }): AuditEntry | null {
    return this.#isKnown(intent.id) ? null : this.#append(cleanIntent(intent), end);
  }

  /** Ends what nobody has ended in time. @returns the lines */
  finishAbandoned(nowMs: number): AuditEntry[] {
    this.#sql.exec('DELETE FROM audit_known WHERE at_ms < ?', nowMs - KNOWN_MS);
    return this.#sql
      .exec<{ id: string }>(
        'SELECT id FROM audit_open WHERE at_ms <= ? ORDER BY at_ms',
        nowMs - UNFINISHED_MS,
      )
      .toArray()
      .flatMap(({ id }) => this.finish(id, { outcome: 'unknown', problem: null }) ?? []);
  }

  /** When `finishAbandoned` has something to do; null when never. */
  nextDueAt(): number | null {
    const { at } = this.#sql.exec<{ at: number | null }>('SELECT MIN(at_ms) AS at FROM audit_open').one();
    return at === null ? null : at + UNFINISHED_MS;
  }

  /** How far the chain goes. */
  head(): AuditHead {
    const [last] = this.#sql
      .exec<AuditHead>('SELECT number, hash FROM audit_log ORDER BY number DESC LIMIT 1')
      .toArray();
    return last ?? EMPTY_AUDIT_HEAD;
  }

  /**
   * Lets go of old lines that others keep by now, a batch at a time. The last line always stays: the next one follows
   * it, and it tells whether what the others keep is still the whole chain.
   *
   * @returns whether there is more to let go of
   */
  trim(isKept: (number: number) => boolean): boolean {
    const upTo = this.head().number - KEEP_LINES;
    const numbers = this.#sql
      .exec<{ number: number }>(
        'SELECT number FROM audit_log WHERE number <= ? ORDER BY number LIMIT ?',
        upTo,
        TRIM_BATCH,
      )
      .toArray()
      .map(({ number }) => number);
    const firstKept = numbers.findIndex((number) => !isKept(number));
    const last = firstKept === -1 ? numbers.at(-1) : numbers[firstKept - 1];
    if (last !== undefined) this.#sql.exec('DELETE FROM audit_log WHERE number <= ?', last);
    return firstKept === -1 && numbers.length === TRIM_BATCH;
  }

  /** The lines after this number that are still here, in order. */
  after(number: number, limit: number): AuditEntry[] {
    return this.#sql
      .exec<{ entry: string }>(
        'SELECT entry FROM audit_log WHERE number > ? ORDER BY number LIMIT ?',
        number,
        limit,
      )
      .toArray()
      .map(({ entry }) => auditEntrySchema.parse(JSON.parse(entry)));
  }

  #isKnown(id: string): boolean {
    return this.#sql.exec('SELECT 1 FROM audit_known WHERE id = ?', id).toArray().length > 0;
  }

  #append(intent: AuditIntent, { outcome, problem }: AuditEnd): AuditEntry {
    const last = this.head();
    const { id, at, actor, action, target, address, userAgent, details } = intent;
    const line = {
      account: this.#account,
      number: last.number + 1,
      at,
      actor,
      action,
      target,
      outcome,
      problem,
      address,
      userAgent,
      details,
      previousHash: last.hash,
    };
    const entry = { ...line, hash: createHash('sha256').update(auditHashInput(line)).digest('hex') };
    this.#sql.exec('INSERT OR IGNORE INTO audit_known (id, at_ms) VALUES (?, ?)', id, at);
    this.#sql.exec(
      'INSERT INTO audit_log (number, hash, entry) VALUES (?, ?, ?)',
      entry.number,
      entry.hash,
      JSON.stringify(entry),
    );
    return entry;
  }
}
