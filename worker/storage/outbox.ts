import { DEFAULT_LANE_POLICY, decideAfterSend, type LanePolicy, type SendResult } from './outbox-decide.ts';
import {
  createOutboxTable,
  dueLanes,
  firstOfLane,
  laneTimes,
  type OutboxItem,
  type OutboxRow,
  toItem,
} from './outbox-table.ts';
import {
  type Backlog,
  dropParked,
  findTroubles,
  isInTrouble,
  type ParkedItem,
  pruneParked,
  readBacklog,
  retryTrouble,
  type Trouble,
} from './outbox-troubles.ts';

export type { OutboxItem } from './outbox-table.ts';
export type { Backlog, ParkedItem, Trouble } from './outbox-troubles.ts';

/** A send that was cut off by an eviction is looked at again after this long. */
const IN_FLIGHT_MS = 60_000;

export type DrainDeps<Body> = {
  now: () => number;
  /** From 0 to 1. */
  random: () => number;
  /**
   * Sends items of one lane, in order; one at a time unless `batchSize` says more. Must have a deadline of its
   * own. What it throws counts as `retry`.
   */
  send: (items: OutboxItem<Body>[]) => Promise<SendResult>;
  batchSize?: (lane: string) => number;
  /** Lanes that are sent side by side; the others wait for their turn. All when left out. */
  lanesAtOnce?: number;
  /** How long a lane waits before its first send: nobody waits for it, and what comes meanwhile goes along. */
  delayMs?: (lane: string) => number;
};

/**
 * Writes to other systems, kept in the object's SQLite until the far side has them: at least once, in the order
 * of the first `put` within a lane. Lanes do not wait for each other. An item that fails holds up its lane until
 * it is sent or parked; one that waits for its own `notBefore` holds up nothing.
 */
export class Outbox<Body> {
  readonly #sql: SqlStorage;
  readonly #policyOf: (lane: string) => LanePolicy;
  /** Lanes that are being sent, and since when. */
  readonly #running = new Map<string, { sinceMs: number; done: Promise<void> }>();
  /** Lanes that wait for their turn. */
  readonly #turns: (() => void)[] = [];
  #sending = 0;
  /** Grows with everything that becomes due: a lane that was empty may not be any more. */
  #becameDue = 0;

  constructor(
    storage: DurableObjectStorage,
    policyOf: (lane: string) => LanePolicy = () => DEFAULT_LANE_POLICY,
  ) {
    this.#sql = storage.sql;
    this.#policyOf = policyOf;
    createOutboxTable(this.#sql);
  }

  /**
   * Puts a write into a lane. An unsent one with the same key takes the new body and keeps its place; one that is
   * on its way is sent again with the new body; a parked one gets another chance.
   */
  put(item: { lane: string; key: string; body: Body; notBefore?: number }): void {
    this.#becameDue += 1;
    this.#sql.exec(
      `INSERT INTO outbox (lane, key, body, not_before_ms) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (lane, key) DO UPDATE SET body = ?3, not_before_ms = ?4, version = version + 1,
         attempts = CASE parked WHEN 1 THEN 0 ELSE attempts END,
         retry_at_ms = CASE parked WHEN 1 THEN 0 ELSE retry_at_ms END,
         failing_since_ms = CASE parked WHEN 1 THEN NULL ELSE failing_since_ms END,
         parked_at_ms = NULL, parked = 0`,
      item.lane,
      item.key,
      JSON.stringify(item.body),
      Math.ceil(item.notBefore ?? 0),
    );
  }

  /** Takes a write back. One that is on its way may still arrive. */
  remove(lane: string, key: string): void {
    this.#sql.exec('DELETE FROM outbox WHERE lane = ? AND key = ?', lane, key);
  }

  /** Takes back what of a lane is not sent yet, but for keys that begin so. */
  removeAll(lane: string, exceptPrefix: string): void {
    this.#sql.exec(
      'DELETE FROM outbox WHERE lane = ?1 AND substr(key, 1, length(?2)) <> ?2',
      lane,
      exceptPrefix,
    );
  }

  /** Takes back everything in lanes whose names begin so, also what was parked. @returns what it was */
  removeLanes(prefix: string): Body[] {
    return this.#sql
      .exec<{ body: string }>(
        'DELETE FROM outbox WHERE substr(lane, 1, length(?1)) = ?1 RETURNING body',
        prefix,
      )
      .toArray()
      .map(({ body }) => JSON.parse(body));
  }

  /** Sends everything that is due. Safe to call at any time; each lane is sent by one call at a time. */
  async drain(deps: DrainDeps<Body>): Promise<void> {
    const lanes = dueLanes(this.#sql, deps.now());
    await Promise.all(lanes.map((lane) => this.#running.get(lane)?.done ?? this.#start(lane, deps)));
  }

  /** When `drain` has something to do next (ms since 1970); null when never. */
  nextDueAt(): number | null {
    const times = laneTimes(this.#sql).map(({ lane, dueMs, blockedUntilMs }) => {
      const running = this.#running.get(lane);
      const atMs = Math.max(dueMs, blockedUntilMs);
      return running === undefined ? atMs : Math.max(atMs, running.sinceMs + IN_FLIGHT_MS);
    });
    return times.length === 0 ? null : Math.min(...times);
  }

  /** What is parked, and lanes that fail for longer than `HELD_UP_MS`; the oldest first. */
  troubles(nowMs: number, limit: number): Trouble<Body>[] {
    return findTroubles<Body>(this.#sql, nowMs, limit);
  }

  /** What an unsent item holds; null when there is none. */
  bodyOf(lane: string, key: string): Body | null {
    const [row] = this.#sql
      .exec<{ body: string }>('SELECT body FROM outbox WHERE lane = ? AND key = ?', lane, key)
      .toArray();
    return row === undefined ? null : JSON.parse(row.body);
  }

  /** What the first items of a lane hold, whether they are on their way or not. */
  unsent(lane: string, limit: number): Body[] {
    return this.#sql
      .exec<{ body: string }>(
        'SELECT body FROM outbox WHERE lane = ? AND parked = 0 ORDER BY seq LIMIT ?',
        lane,
        limit,
      )
      .toArray()
      .map((row): Body => JSON.parse(row.body));
  }

  /** Whether anything is parked or fails. */
  get isInTrouble(): boolean {
    return isInTrouble(this.#sql);
  }

  /** How much has not got through. Counts every item. */
  backlog(): Backlog {
    return readBacklog(this.#sql);
  }

  /** Has a parked item, or a lane that waits after failures, tried at once. @returns whether there was one. */
  retry(lane: string, key: string): boolean {
    this.#becameDue += 1;
    return retryTrouble(this.#sql, lane, key);
  }

  /** Gives up a parked item for good. @returns what it was; null when there is none. */
  dropParked(lane: string, key: string): OutboxItem<Body> | null {
    return dropParked<Body>(this.#sql, lane, key);
  }

  /** Forgets what has been parked for a month and, beyond `MAX_PARKED`, the oldest. @returns it, to be told. */
  pruneParked(nowMs: number): ParkedItem<Body>[] {
    return pruneParked<Body>(this.#sql, nowMs);
  }

  #start(lane: string, deps: DrainDeps<Body>): Promise<void> {
    const done = this.#inTurn(deps.lanesAtOnce, () => this.#drainLane(lane, deps)).finally(() =>
      this.#running.delete(lane),
    );
    this.#running.set(lane, { sinceMs: deps.now(), done });
    return done;
  }

  async #inTurn(lanesAtOnce = Number.POSITIVE_INFINITY, work: () => Promise<void>): Promise<void> {
    if (this.#sending < lanesAtOnce) this.#sending += 1;
    // Whoever ends hands its place over.
    else await new Promise<void>((resolve) => this.#turns.push(resolve));
    try {
      await work();
    } finally {
      const next = this.#turns.shift();
      if (next === undefined) this.#sending -= 1;
      else next();
    }
  }

  async #drainLane(lane: string, deps: DrainDeps<Body>): Promise<void> {
    // Lanes are listed in `#running` before their first send.
    const delayMs = deps.delayMs?.(lane) ?? 0;
    await (delayMs > 0 ? scheduler.wait(delayMs) : Promise.resolve());
    const limit = deps.batchSize?.(lane) ?? 1;
    for (;;) {
      const before = this.#becameDue;
      const [rows, isLast] = this.#nextBatch(lane, limit, deps.now());
      if (rows.length === 0) return;
      const result = await sendSafely(deps, rows);
      if (result.status === 'park' && rows.length > 1) {
        // One bad item must not take its neighbours along.
        for (const row of rows) this.#settle(row, await sendSafely(deps, [row]), deps);
      } else {
        for (const row of rows) this.#settle(row, result, deps);
      }
      if (isLast && result.status === 'done' && before === this.#becameDue) return;
    }
  }

  /** What is to be sent now, and whether nothing else of the lane is due. */
  #nextBatch(lane: string, limit: number, nowMs: number): [rows: OutboxRow[], isLast: boolean] {
    const rows = firstOfLane(this.#sql, lane, limit + 1, nowMs);
    return [rows.slice(0, limit), rows.length <= limit];
  }

  #removeSent({ lane, key, version }: OutboxRow): boolean {
    const removed = this.#sql.exec(
      'DELETE FROM outbox WHERE lane = ? AND key = ? AND version = ? RETURNING 1',
      lane,
      key,
      version,
    );
    return removed.toArray().length > 0;
  }

  /** Only the version that was sent is removed or parked: a newer body is a new write. */
  #settle(row: OutboxRow, result: SendResult, deps: DrainDeps<Body>): void {
    const policy = this.#policyOf(row.lane);
    const after = decideAfterSend(row.attempts, result, policy, deps.now(), deps.random());
    switch (after.status) {
      case 'remove':
        if (this.#removeSent(row)) return;
        this.#sql.exec(
          'UPDATE outbox SET attempts = 0, retry_at_ms = 0, failing_since_ms = NULL WHERE lane = ? AND key = ?',
          row.lane,
          row.key,
        );
        return;
      case 'wait':
        this.#sql.exec(
          `UPDATE outbox SET attempts = ?, retry_at_ms = ?, last_reason = ?,
             failing_since_ms = COALESCE(failing_since_ms, ?)
           WHERE lane = ? AND key = ?`,
          after.attempts,
          after.retryAtMs,
          after.reason,
          deps.now(),
          row.lane,
          row.key,
        );
        return;
      case 'later':
        this.#sql.exec(
          'UPDATE outbox SET retry_at_ms = ? WHERE lane = ? AND key = ?',
          after.retryAtMs,
          row.lane,
          row.key,
        );
        return;
      case 'park':
        this.#sql.exec(
          `UPDATE outbox SET parked = 1, attempts = ?, last_reason = ?, parked_at_ms = ?
           WHERE lane = ? AND key = ? AND version = ?`,
          after.attempts,
          after.reason,
          deps.now(),
          row.lane,
          row.key,
          row.version,
        );
        return;
    }
  }
}

async function sendSafely<Body>(deps: DrainDeps<Body>, rows: OutboxRow[]): Promise<SendResult> {
  try {
    return await deps.send(rows.map((row) => toItem<Body>(row)));
  } catch (error) {
    return { status: 'retry', reason: error instanceof Error ? error.message : String(error) };
  }
}
