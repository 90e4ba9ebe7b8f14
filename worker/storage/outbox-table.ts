/** A write as it waits in an outbox. */
export type OutboxItem<Body> = { lane: string; key: string; body: Body; attempts: number };

/** The columns of an item that sending needs. */
export type OutboxRow = { lane: string; key: string; body: string; version: number; attempts: number };

/**
 * Makes the table, and adds what a table of an earlier build lacks. A burst leaves tens of thousands of rows: whatever
 * is asked at each send is answered by an index, without a look at their bodies.
 */
export function createOutboxTable(sql: SqlStorage): void {
  sql.exec(`
    CREATE TABLE IF NOT EXISTS outbox (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      lane TEXT NOT NULL,
      key TEXT NOT NULL,
      body TEXT NOT NULL,
      version INTEGER NOT NULL DEFAULT 1,
      attempts INTEGER NOT NULL DEFAULT 0,
      not_before_ms INTEGER NOT NULL DEFAULT 0,
      retry_at_ms INTEGER NOT NULL DEFAULT 0,
      last_reason TEXT,
      parked INTEGER NOT NULL DEFAULT 0,
      failing_since_ms INTEGER,
      parked_at_ms INTEGER,
      UNIQUE (lane, key)
    )`);
  const known = sql.exec<{ name: string }>("SELECT name FROM pragma_table_info('outbox')").toArray();
  for (const column of ['failing_since_ms', 'parked_at_ms']) {
    if (known.some(({ name }) => name === column)) continue;
    sql.exec(`ALTER TABLE outbox ADD COLUMN ${column} INTEGER`);
  }
  sql.exec(`
    CREATE INDEX IF NOT EXISTS outbox_by_lane ON outbox (lane, parked, not_before_ms);
    CREATE INDEX IF NOT EXISTS outbox_in_trouble ON outbox (parked, lane, retry_at_ms)
      WHERE parked = 1 OR retry_at_ms > 0 OR failing_since_ms IS NOT NULL;
  `);
}

/** `lanes`: each lane once, by one step in the index for each. */
const LANES = `WITH RECURSIVE lanes (lane) AS (
    SELECT MIN(lane) FROM outbox
    UNION ALL
    SELECT (SELECT MIN(lane) FROM outbox WHERE lane > lanes.lane) FROM lanes WHERE lanes.lane IS NOT NULL
  )`;

/** Lanes that have something whose own time has come. */
export function dueLanes(sql: SqlStorage, nowMs: number): string[] {
  const rows = sql.exec<{ lane: string }>(
    `${LANES} SELECT lane FROM lanes WHERE EXISTS
       (SELECT 1 FROM outbox WHERE lane = lanes.lane AND parked = 0 AND not_before_ms <= ?)`,
    nowMs,
  );
  return rows.toArray().map(({ lane }) => lane);
}

/** Of each lane when its first item is due, and until when a failure holds it up (ms since 1970; 0: it does not). */
export function laneTimes(sql: SqlStorage): { lane: string; dueMs: number; blockedUntilMs: number }[] {
  const rows = sql.exec<{ lane: string; due_ms: number | null; blocked_until_ms: number | null }>(
    `${LANES} SELECT lane,
       (SELECT MIN(not_before_ms) FROM outbox WHERE lane = lanes.lane AND parked = 0) AS due_ms,
       (SELECT MAX(retry_at_ms) FROM outbox WHERE lane = lanes.lane AND parked = 0 AND retry_at_ms > 0)
         AS blocked_until_ms
     FROM lanes WHERE lane IS NOT NULL`,
  );
  return rows
    .toArray()
    .flatMap(({ lane, due_ms, blocked_until_ms }) =>
      due_ms === null ? [] : { lane, dueMs: due_ms, blockedUntilMs: blocked_until_ms ?? 0 },
    );
}

/** The first items of a lane that may be sent, in the order in which they were put; none while a failure holds it up. */
export function firstOfLane(sql: SqlStorage, lane: string, limit: number, nowMs: number): OutboxRow[] {
  const isHeldUp =
    sql
      .exec(
        'SELECT 1 FROM outbox WHERE lane = ? AND parked = 0 AND retry_at_ms > 0 AND retry_at_ms > ? LIMIT 1',
        lane,
        nowMs,
      )
      .toArray().length > 0;
  if (isHeldUp) return [];
  // Each half comes in order out of the index; together they would have to be sorted.
  return sql
    .exec<OutboxRow>(
      `SELECT lane, key, body, version, attempts, seq FROM outbox
         WHERE lane = ?1 AND parked = 0 AND not_before_ms = 0
       UNION ALL
       SELECT lane, key, body, version, attempts, seq FROM outbox
         WHERE lane = ?1 AND parked = 0 AND not_before_ms > 0 AND not_before_ms <= ?2
       ORDER BY seq LIMIT ?3`,
      lane,
      nowMs,
      limit,
    )
    .toArray();
}

export function toItem<Body>(row: OutboxRow): OutboxItem<Body> {
  return { lane: row.lane, key: row.key, body: JSON.parse(row.body), attempts: row.attempts };
}
