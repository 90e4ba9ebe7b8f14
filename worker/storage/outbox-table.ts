/** A write as it waits in an outbox. */
export type OutboxItem<Body> = { lane: string; key: string; body: Body; attempts: number };

/** The columns of an item that sending needs. */
export type OutboxRow = { lane: string; key: string; body: string; version: number; attempts: number };

/** Makes the table, and adds what a table of an earlier build lacks. */
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
}

export function toItem<Body>(row: OutboxRow): OutboxItem<Body> {
  return { lane: row.lane, key: row.key, body: JSON.parse(row.body), attempts: row.attempts };
}
