import type { DeliveryView } from '../../protocol/http.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import type { IncomingDelivery } from '../contracts.ts';
import { HELD_UP_MS, KEEP_PARKED_MS, MAX_PARKED } from '../storage/outbox-troubles.ts';
import type { DeliveryEnd } from './decide-delivery.ts';

/** A delivery as it waits in the inbox. */
export type InboxRow = {
  seq: number;
  id: string;
  account: AccountKey;
  event: string;
  action: string | null;
  /** Deliveries of one conversation are worked off one after the other. */
  conversation: string;
  /** Empty once it ended well. */
  payload: string;
  status: DeliveryView['status'];
  reason: string | null;
  task_id: string | null;
  attempts: number;
  received_ms: number;
};

export type NewDelivery = IncomingDelivery & {
  account: AccountKey;
  action: string | null;
  conversation: string;
};

/** The webhook deliveries of one account, in its object's SQLite. */
export class InboxStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS inbox (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        account TEXT NOT NULL,
        event TEXT NOT NULL,
        action TEXT,
        conversation TEXT NOT NULL,
        payload TEXT NOT NULL,
        status TEXT NOT NULL,
        reason TEXT,
        task_id TEXT,
        attempts INTEGER NOT NULL DEFAULT 0,
        received_ms INTEGER NOT NULL,
        retry_at_ms INTEGER NOT NULL DEFAULT 0,
        ended_ms INTEGER
      );
      CREATE INDEX IF NOT EXISTS inbox_open ON inbox (conversation, seq) WHERE status = 'received';
      CREATE INDEX IF NOT EXISTS inbox_parked ON inbox (ended_ms, seq) WHERE status = 'parked';
      CREATE INDEX IF NOT EXISTS inbox_ended ON inbox (ended_ms) WHERE ended_ms IS NOT NULL;
    `);
  }

  /** Stores a delivery unless its id is known: one statement, so two copies at once leave one row. */
  insert({ id, account, event, action, conversation, payload, receivedAt }: NewDelivery): boolean {
    const { rowsWritten } = this.#sql.exec(
      `INSERT OR IGNORE INTO inbox (id, account, event, action, conversation, payload, status, received_ms)
       VALUES (?, ?, ?, ?, ?, ?, 'received', ?)`,
      id,
      account,
      event,
      action,
      conversation,
      payload,
      receivedAt,
    );
    return rowsWritten > 0;
  }

  find(id: string): InboxRow | null {
    return this.#sql.exec<InboxRow>('SELECT * FROM inbox WHERE id = ?', id).toArray()[0] ?? null;
  }

  openCount(): number {
    return this.#sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM inbox WHERE status = 'received'").one().n;
  }

  counts(): { open: number; parked: number } {
    return this.#sql
      .exec<{ open: number; parked: number }>(
        `SELECT (SELECT COUNT(*) FROM inbox WHERE status = 'received') AS open,
           (SELECT COUNT(*) FROM inbox WHERE status = 'parked') AS parked`,
      )
      .one();
  }

  /** What can be worked on now: the oldest open delivery of each conversation, unless it waits for a retry. */
  due(nowMs: number, limit: number): InboxRow[] {
    return this.#sql
      .exec<InboxRow>(
        `SELECT * FROM inbox WHERE retry_at_ms <= ? AND seq IN
           (SELECT MIN(seq) FROM inbox WHERE status = 'received' GROUP BY conversation)
         ORDER BY seq LIMIT ?`,
        nowMs,
        limit,
      )
      .toArray();
  }

  /** When the next open delivery is due; null when none is open. */
  nextDueAt(): number | null {
    return this.#sql
      .exec<{ at: number | null }>(
        `SELECT MIN(retry_at_ms) AS at FROM inbox WHERE seq IN
           (SELECT MIN(seq) FROM inbox WHERE status = 'received' GROUP BY conversation)`,
      )
      .one().at;
  }

  /** Counts an attempt before it is made: one that kills the object counts too. */
  countAttempt(id: string): number {
    return this.#sql
      .exec<{ attempts: number }>(
        'UPDATE inbox SET attempts = attempts + 1 WHERE id = ? RETURNING attempts',
        id,
      )
      .one().attempts;
  }

  end(id: string, end: DeliveryEnd, nowMs: number): void {
    if (end.status === 'received') {
      this.#sql.exec(
        'UPDATE inbox SET reason = ?, retry_at_ms = ? WHERE id = ?',
        end.reason,
        Math.ceil(end.retryAtMs),
        id,
      );
      return;
    }
    this.#sql.exec(
      `UPDATE inbox SET status = ?1, reason = ?2, task_id = ?3, ended_ms = ?4,
         payload = CASE ?1 WHEN 'parked' THEN payload ELSE '' END WHERE id = ?5`,
      end.status,
      end.reason,
      end.taskId,
      nowMs,
      id,
    );
  }

  /** Gives a parked delivery another chance, unless its payload was too large to be kept. */
  reopen(id: string): boolean {
    const { rowsWritten } = this.#sql.exec(
      `UPDATE inbox SET status = 'received', reason = NULL, attempts = 0, retry_at_ms = 0, ended_ms = NULL
       WHERE id = ? AND status = 'parked' AND payload != ''`,
      id,
    );
    return rowsWritten > 0;
  }

  /** Has an open delivery that waits after failures tried at once. */
  hurry(id: string): boolean {
    const { rowsWritten } = this.#sql.exec(
      "UPDATE inbox SET attempts = 0, retry_at_ms = 0 WHERE id = ? AND status = 'received' AND attempts > 0",
      id,
    );
    return rowsWritten > 0;
  }

  /** Parked deliveries, and open ones that fail for longer than `HELD_UP_MS`; the oldest first. */
  stuck(nowMs: number, limit: number): InboxRow[] {
    return this.#sql
      .exec<InboxRow>(
        `SELECT * FROM inbox WHERE status = 'parked' OR (status = 'received' AND attempts > 1 AND received_ms <= ?)
         ORDER BY seq LIMIT ?`,
        nowMs - HELD_UP_MS,
        limit,
      )
      .toArray();
  }

  /** Ends a parked delivery for good. @returns its row; null when it is not parked. */
  dismiss(id: string, reason: string, nowMs: number): InboxRow | null {
    const [row] = this.#sql
      .exec<InboxRow>(
        `UPDATE inbox SET status = 'ignored', reason = ?, payload = '', ended_ms = ?
         WHERE id = ? AND status = 'parked' RETURNING *`,
        reason,
        nowMs,
        id,
      )
      .toArray();
    return row ?? null;
  }

  /** Gives up what has been parked for `KEEP_PARKED_MS` and, beyond `MAX_PARKED`, the oldest. @returns it. */
  giveUpParked(nowMs: number): InboxRow[] {
    return this.#sql
      .exec<InboxRow>(
        `UPDATE inbox SET status = 'ignored', payload = '', ended_ms = ?1,
           reason = 'Nobody attended to it, so it was given up. ' || COALESCE(reason, '')
         WHERE status = 'parked' AND (ended_ms <= ?2 OR seq NOT IN
           (SELECT seq FROM inbox WHERE status = 'parked' ORDER BY ended_ms DESC, seq DESC LIMIT ?3))
         RETURNING *`,
        nowMs,
        nowMs - KEEP_PARKED_MS,
        MAX_PARKED,
      )
      .toArray();
  }

  /** Newest first. `cursor` is the `next` of the page before. */
  page(cursor: string | null, limit: number): { items: DeliveryView[]; next: string | null } {
    const before = cursor === null ? Number.MAX_SAFE_INTEGER : Number.parseInt(cursor, 10);
    const rows = this.#sql
      .exec<InboxRow>(
        'SELECT * FROM inbox WHERE seq < ? ORDER BY seq DESC LIMIT ?',
        Number.isFinite(before) ? before : 0,
        limit + 1,
      )
      .toArray();
    const last = rows[limit - 1];
    const more = rows.length > limit && last !== undefined;
    return { items: rows.slice(0, limit).map(viewDelivery), next: more ? String(last.seq) : null };
  }

  /** Forgets what ended before a time. Parked deliveries wait for somebody, see `giveUpParked`. */
  prune(beforeMs: number): void {
    this.#sql.exec("DELETE FROM inbox WHERE ended_ms < ? AND status != 'parked'", beforeMs);
  }
}

function viewDelivery(row: InboxRow): DeliveryView {
  return {
    id: row.id,
    account: row.account,
    event: row.event,
    action: row.action,
    status: row.status,
    reason: row.reason,
    taskId: row.task_id,
    attempts: row.attempts,
    receivedAt: row.received_ms,
  };
}
