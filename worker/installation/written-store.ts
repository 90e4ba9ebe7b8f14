import type { Written } from '../github/write-target.ts';

const NEW: Written = {
  remoteId: null,
  url: null,
  headSha: null,
  tryingSinceMs: null,
  recreated: false,
  sentMs: null,
};

/** Long after the last write nobody writes to the same thing again. */
const KEEP_MS = 180 * 24 * 3_600_000;

/** Remembers, by the key of a write, what became of it. */
export class WrittenStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS written (key TEXT PRIMARY KEY, body TEXT NOT NULL, changed_ms INTEGER NOT NULL)
       WITHOUT ROWID`,
    );
  }

  get(key: string): Written {
    const [row] = this.#sql.exec<{ body: string }>('SELECT body FROM written WHERE key = ?', key).toArray();
    return row === undefined ? NEW : { ...NEW, ...JSON.parse(row.body) };
  }

  save(key: string, changes: Partial<Written>, nowMs: number): void {
    const body = JSON.stringify({ ...this.get(key), ...changes });
    this.#sql.exec(
      `INSERT INTO written (key, body, changed_ms) VALUES (?1, ?2, ?3)
       ON CONFLICT (key) DO UPDATE SET body = ?2, changed_ms = ?3`,
      key,
      body,
      nowMs,
    );
  }

  prune(nowMs: number): void {
    this.#sql.exec('DELETE FROM written WHERE changed_ms < ?', nowMs - KEEP_MS);
  }
}
