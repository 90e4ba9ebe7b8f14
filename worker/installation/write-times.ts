const HOUR_MS = 3_600_000;

/** When an installation wrote to GitHub within the last hour; kept, since GitHub counts on while an object sleeps. */
export class WriteTimes {
  readonly #sql: SqlStorage;
  #times: number[] | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec('CREATE TABLE IF NOT EXISTS github_writes (at_ms INTEGER NOT NULL)');
  }

  /** Ascending. */
  recent(nowMs: number): readonly number[] {
    this.#times ??= this.#sql
      .exec<{ at_ms: number }>('SELECT at_ms FROM github_writes ORDER BY at_ms')
      .toArray()
      .map(({ at_ms }) => at_ms);
    this.#times = this.#times.filter((ms) => ms > nowMs - HOUR_MS);
    return this.#times;
  }

  note(nowMs: number): void {
    this.#times = [...this.recent(nowMs), nowMs];
    this.#sql.exec('DELETE FROM github_writes WHERE at_ms <= ?', nowMs - HOUR_MS);
    this.#sql.exec('INSERT INTO github_writes (at_ms) VALUES (?)', nowMs);
  }
}
