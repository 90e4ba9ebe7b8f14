import { MAX_SCHEDULE_RUNS, type ScheduleRun, scheduleRunSchema } from '../../../protocol/schedules.ts';

/** Where a schedule stands. `dueMs`: when its clock rings; null while it does not run. */
export type ScheduleClock = { dueMs: number | null; failures: number; paused: Pause | null };
/** `dismissed`: somebody has seen it and leaves it so. */
type Pause = { at: number; reason: string; dismissed: boolean };

const STOPPED: ScheduleClock = { dueMs: null, failures: 0, paused: null };

type ClockRow = {
  due_ms: number | null;
  failures: number;
  paused_ms: number | null;
  reason: string | null;
  dismissed: number;
};

/** Clocks and runs of an account's schedules. */
export class ScheduleStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS schedule_clocks (
        id TEXT PRIMARY KEY, due_ms INTEGER, failures INTEGER NOT NULL, paused_ms INTEGER, reason TEXT,
        dismissed INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS schedule_runs (
        id TEXT PRIMARY KEY, schedule_id TEXT NOT NULL, number INTEGER NOT NULL, status TEXT NOT NULL, run TEXT NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS schedule_runs_in_order ON schedule_runs (schedule_id, number);
      CREATE INDEX IF NOT EXISTS schedule_runs_open ON schedule_runs (status, schedule_id);
    `);
  }

  clock(id: string): ScheduleClock {
    const [row] = this.#sql.exec<ClockRow>('SELECT * FROM schedule_clocks WHERE id = ?', id).toArray();
    if (row === undefined) return STOPPED;
    const { due_ms: dueMs, failures, paused_ms: at, reason, dismissed } = row;
    const paused = at === null ? null : { at, reason: reason ?? '', dismissed: dismissed === 1 };
    return { dueMs, failures, paused };
  }

  /** Whether it was ever planned. */
  hasClock(id: string): boolean {
    return this.#sql.exec('SELECT 1 FROM schedule_clocks WHERE id = ?', id).toArray().length > 0;
  }

  setClock(id: string, { dueMs, failures, paused }: ScheduleClock): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO schedule_clocks (id, due_ms, failures, paused_ms, reason, dismissed)
       VALUES (?, ?, ?, ?, ?, ?)`,
      id,
      dueMs,
      failures,
      paused?.at ?? null,
      paused?.reason ?? null,
      paused?.dismissed === true ? 1 : 0,
    );
  }

  /** Ids of the schedules that are due, the earliest first. */
  due(nowMs: number): { id: string; dueMs: number }[] {
    return this.#sql
      .exec<{ id: string; dueMs: number }>(
        'SELECT id, due_ms AS dueMs FROM schedule_clocks WHERE due_ms <= ? ORDER BY due_ms',
        nowMs,
      )
      .toArray();
  }

  nextDueMs(): number | null {
    return this.#sql.exec<{ at: number | null }>('SELECT MIN(due_ms) AS at FROM schedule_clocks').one().at;
  }

  run(id: string): ScheduleRun | null {
    return this.#read('SELECT run FROM schedule_runs WHERE id = ?', id)[0] ?? null;
  }

  /** The latest first. */
  runs(scheduleId: string, limit: number): ScheduleRun[] {
    const query = 'SELECT run FROM schedule_runs WHERE schedule_id = ? ORDER BY number DESC LIMIT ?';
    return this.#read(query, scheduleId, limit);
  }

  /** Those of one status, the oldest first; of all schedules when none is named. */
  runsIn(status: ScheduleRun['status'], scheduleId: string | null = null): ScheduleRun[] {
    const query = `SELECT run FROM schedule_runs WHERE status = ?1 AND (?2 IS NULL OR schedule_id = ?2) ORDER BY number`;
    return this.#read(query, status, scheduleId);
  }

  /** Old ones give way to a new one, unless they are not over. */
  addRun(run: ScheduleRun): void {
    this.#sql.exec(
      `INSERT INTO schedule_runs (id, schedule_id, number, status, run)
       VALUES (?1, ?2, (SELECT COALESCE(MAX(number), 0) + 1 FROM schedule_runs WHERE schedule_id = ?2), ?3, ?4)`,
      run.id,
      run.scheduleId,
      run.status,
      JSON.stringify(run),
    );
    this.#sql.exec(
      `DELETE FROM schedule_runs WHERE schedule_id = ?1 AND status IN ('ended', 'skipped', 'failed')
       AND number <= (SELECT MAX(number) FROM schedule_runs WHERE schedule_id = ?1) - ?2`,
      run.scheduleId,
      MAX_SCHEDULE_RUNS,
    );
  }

  setRun(run: ScheduleRun): void {
    this.#sql.exec(
      'UPDATE schedule_runs SET status = ?, run = ? WHERE id = ?',
      run.status,
      JSON.stringify(run),
      run.id,
    );
  }

  forget(scheduleId: string): void {
    this.#sql.exec('DELETE FROM schedule_clocks WHERE id = ?', scheduleId);
    this.#sql.exec('DELETE FROM schedule_runs WHERE schedule_id = ?', scheduleId);
  }

  #read(query: string, ...bound: (string | number | null)[]): ScheduleRun[] {
    return this.#sql
      .exec<{ run: string }>(query, ...bound)
      .toArray()
      .map(({ run }) => scheduleRunSchema.parse(JSON.parse(run)));
  }
}
