/** Enough for a steady middle; old habits of a project fade soon. */
const SAMPLES = 20;

/** Fewer jobs of a project than this tell less than those of the whole account. */
const ENOUGH = 3;

/** Rows that are kept for an account, of all projects. */
const MAX_ROWS = 1_000;

export type UsualDuration = { durationMs: number; basedOn: number };

/** How long jobs of an account took on their runners, for estimates. Waiting for people is part of it. */
export class JobHistory {
  readonly #sql: SqlStorage;
  /** The newest last. */
  readonly #byProject = new Map<string, number[]>();
  readonly #all: number[] = [];

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      'CREATE TABLE IF NOT EXISTS durations (id INTEGER PRIMARY KEY, project TEXT NOT NULL, took_ms INTEGER NOT NULL)',
    );
    const rows = sql.exec<{ project: string; took_ms: number }>(
      'SELECT project, took_ms FROM durations ORDER BY id',
    );
    for (const { project, took_ms: tookMs } of rows) this.#remember(project, tookMs);
  }

  add(project: string, tookMs: number): void {
    const { id } = this.#sql
      .exec<{ id: number }>(
        'INSERT INTO durations (project, took_ms) VALUES (?, ?) RETURNING id',
        project,
        Math.max(0, Math.round(tookMs)),
      )
      .one();
    this.#sql.exec('DELETE FROM durations WHERE id <= ?', id - MAX_ROWS);
    this.#remember(project, tookMs);
  }

  /** The middle of what jobs of a project took, or else of what all did. Null without any. */
  usual(project: string): UsualDuration | null {
    const own = this.#byProject.get(project) ?? [];
    const samples = own.length >= ENOUGH ? own : this.#all;
    if (samples.length === 0) return null;
    const sorted = [...samples].sort((a, b) => a - b);
    return { durationMs: Math.round(sorted[sorted.length >> 1] ?? 0), basedOn: samples.length };
  }

  #remember(project: string, tookMs: number): void {
    const own = this.#byProject.get(project) ?? [];
    this.#byProject.set(project, own);
    for (const samples of [own, this.#all]) {
      samples.push(tookMs);
      if (samples.length > SAMPLES) samples.shift();
    }
  }
}
