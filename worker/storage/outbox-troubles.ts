import { type OutboxItem, type OutboxRow, toItem } from './outbox-table.ts';

/** A lane that fails for longer than this is shown to people: a deploy or a restart is over by then. */
export const HELD_UP_MS = 2 * 60_000;

/** What nobody looks at for a month helps nobody; what is beyond the count would bury the rest. */
export const KEEP_PARKED_MS = 30 * 24 * 3_600_000;
export const MAX_PARKED = 500;

export type ParkedItem<Body> = OutboxItem<Body> & { reason: string };

/** A parked item, or the head of a lane that fails for long (`waiting`: items in that lane). */
export type Trouble<Body> = ParkedItem<Body> & {
  status: 'parked' | 'held_up';
  sinceMs: number;
  waiting: number;
};

type TroubleRow = OutboxRow & { last_reason: string | null; since_ms: number | null; waiting: number };

/** `failingSinceMs`: since when the longest failing item fails; null when none does. */
export type Backlog = { waiting: number; parked: number; failingSinceMs: number | null };

/*
 * An outage and a burst come together: tens of thousands of rows wait then, and are asked about at each send. Their
 * bodies are left alone, and what fails or is parked is found in an index of its own.
 */

/** Whether anything is parked or fails. */
export function isInTrouble(sql: SqlStorage): boolean {
  const rows = sql.exec(
    `SELECT 1 FROM outbox WHERE parked = 1
     UNION ALL SELECT 1 FROM outbox WHERE parked = 0 AND failing_since_ms IS NOT NULL LIMIT 1`,
  );
  return rows.toArray().length > 0;
}

export function readBacklog(sql: SqlStorage): Backlog {
  const { total, parked, since } = sql
    .exec<{ total: number; parked: number; since: number | null }>(
      `SELECT (SELECT COUNT(*) FROM outbox) AS total,
         (SELECT COUNT(*) FROM outbox WHERE parked = 1) AS parked,
         (SELECT MIN(failing_since_ms) FROM outbox WHERE parked = 0 AND failing_since_ms IS NOT NULL) AS since`,
    )
    .one();
  return { waiting: total - parked, parked, failingSinceMs: since };
}

/** What is parked, and lanes that fail for longer than `HELD_UP_MS`; the oldest first. */
export function findTroubles<Body>(sql: SqlStorage, nowMs: number, limit: number): Trouble<Body>[] {
  const parked = sql
    .exec<TroubleRow>(
      `SELECT lane, key, body, version, attempts, last_reason, parked_at_ms AS since_ms, 1 AS waiting
       FROM outbox WHERE parked = 1 ORDER BY seq LIMIT ?`,
      limit,
    )
    .toArray();
  const heldUp = sql
    .exec<TroubleRow & { seq: number }>(
      `WITH held_up AS (
         SELECT MIN(seq) AS first, COUNT(*) AS waiting FROM outbox WHERE parked = 0 AND lane IN
           (SELECT lane FROM outbox WHERE parked = 0 AND failing_since_ms <= ?)
         GROUP BY lane ORDER BY first LIMIT ?)
       SELECT seq, lane, key, body, version, attempts, last_reason, failing_since_ms AS since_ms, waiting
       FROM held_up JOIN outbox ON seq = first ORDER BY seq`,
      nowMs - HELD_UP_MS,
      limit,
    )
    .toArray();
  return [
    ...parked.map((row) => toTrouble<Body>(row, 'parked', nowMs)),
    ...heldUp.map((row) => toTrouble<Body>(row, 'held_up', nowMs)),
  ]
    .sort((a, b) => a.sinceMs - b.sinceMs)
    .slice(0, limit);
}

/** Has a parked item, or a lane that waits after failures, tried at once. @returns whether there was one. */
export function retryTrouble(sql: SqlStorage, lane: string, key: string): boolean {
  const unparked = sql.exec(
    `UPDATE outbox SET parked = 0, attempts = 0, retry_at_ms = 0, parked_at_ms = NULL, failing_since_ms = NULL
     WHERE lane = ? AND key = ? AND parked = 1`,
    lane,
    key,
  );
  if (unparked.rowsWritten > 0) return true;
  // Since when it fails stays: it is shown until it is sent.
  const hurried = sql.exec(
    'UPDATE outbox SET attempts = 0, retry_at_ms = 0 WHERE lane = ? AND parked = 0 AND attempts > 0',
    lane,
  );
  return hurried.rowsWritten > 0;
}

/** Gives up a parked item for good. @returns what it was; null when there is none. */
export function dropParked<Body>(sql: SqlStorage, lane: string, key: string): OutboxItem<Body> | null {
  const [row] = sql
    .exec<OutboxRow>(
      `DELETE FROM outbox WHERE lane = ? AND key = ? AND parked = 1
       RETURNING lane, key, body, version, attempts`,
      lane,
      key,
    )
    .toArray();
  return row === undefined ? null : toItem<Body>(row);
}

/** Forgets what has been parked for a month and, beyond `MAX_PARKED`, the oldest. @returns it, to be told. */
export function pruneParked<Body>(sql: SqlStorage, nowMs: number): ParkedItem<Body>[] {
  return sql
    .exec<OutboxRow & { last_reason: string | null }>(
      `DELETE FROM outbox WHERE parked = 1 AND (parked_at_ms <= ? OR seq NOT IN
         (SELECT seq FROM outbox WHERE parked = 1 ORDER BY parked_at_ms DESC, seq DESC LIMIT ?))
       RETURNING lane, key, body, version, attempts, last_reason`,
      nowMs - KEEP_PARKED_MS,
      MAX_PARKED,
    )
    .toArray()
    .map((row) => ({ ...toItem<Body>(row), reason: row.last_reason ?? 'unknown' }));
}

function toTrouble<Body>(row: TroubleRow, status: Trouble<Body>['status'], nowMs: number): Trouble<Body> {
  return {
    ...toItem<Body>(row),
    status,
    reason: row.last_reason ?? 'unknown',
    // Rows of an earlier build do not know it.
    sinceMs: row.since_ms ?? nowMs,
    waiting: row.waiting,
  };
}
