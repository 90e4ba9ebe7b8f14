import type { DiffView, SideDiff } from '../../protocol/diff.ts';
import type { RunnerEvent } from '../../protocol/events.ts';

type Captured = Extract<RunnerEvent, { type: 'work.captured' | 'turn.captured' }>;
type CapturedSide = Extract<RunnerEvent, { type: 'repository.captured' }>;

/** A task has a few turns; of one that goes on by itself for long the latest are worth looking at. */
const MAX_TURNS_KEPT = 50;

/** The whole of a task's work, beside its turns. */
const WHOLE = 0;

/** What tasks and their turns changed, as it was captured last. A row ends where an event does, far below 2 MB. */
export class DiffStore {
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql;
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS diffs (
      task_number INTEGER NOT NULL, turn INTEGER NOT NULL, json TEXT NOT NULL,
      PRIMARY KEY (task_number, turn)
    ) WITHOUT ROWID`);
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS side_diffs (
      task_number INTEGER NOT NULL, repository_id INTEGER NOT NULL, json TEXT NOT NULL,
      PRIMARY KEY (task_number, repository_id)
    ) WITHOUT ROWID`);
  }

  /** Keeps what an event says; events of other kinds say nothing. */
  note(taskNumber: number, event: RunnerEvent): void {
    if (event.type === 'repository.captured') {
      const { repositoryId } = event;
      const json = JSON.stringify(event);
      this.#sql.exec('INSERT OR REPLACE INTO side_diffs VALUES (?, ?, ?)', taskNumber, repositoryId, json);
      return;
    }
    if (event.type !== 'work.captured' && event.type !== 'turn.captured') return;
    const turn = event.type === 'turn.captured' ? event.turn : WHOLE;
    this.#sql.exec('INSERT OR REPLACE INTO diffs VALUES (?, ?, ?)', taskNumber, turn, JSON.stringify(event));
    if (turn === WHOLE) return;
    this.#sql.exec(
      'DELETE FROM diffs WHERE task_number = ? AND turn BETWEEN 1 AND ?',
      taskNumber,
      turn - MAX_TURNS_KEPT,
    );
  }

  /** @param turn null: all of the task's work. @returns null where nothing was captured of it */
  read(taskNumber: number, turn: number | null): Omit<DiffView, 'taskId'> | null {
    const [row] = this.#sql
      .exec<{ json: string }>(
        'SELECT json FROM diffs WHERE task_number = ? AND turn = ?',
        taskNumber,
        turn ?? WHOLE,
      )
      .toArray();
    if (row === undefined) return null;
    const captured: Captured = JSON.parse(row.json);
    const { tree, files, filesCut, insertions, deletions, patch } = captured;
    const repositories = this.#sides(taskNumber, captured);
    const changes = { files, filesCut, insertions, deletions, patch };
    return { turn, turns: this.#turns(taskNumber), tree, ...changes, repositories };
  }

  /** What was captured together: of trees that are not among those of the work, other work was shown since. */
  #sides(taskNumber: number, captured: Captured): SideDiff[] {
    const trees = captured.type === 'work.captured' ? (captured.trees ?? []) : [];
    return this.#sql
      .exec<{ json: string }>(
        'SELECT json FROM side_diffs WHERE task_number = ? ORDER BY repository_id',
        taskNumber,
      )
      .toArray()
      .map(({ json }): CapturedSide => JSON.parse(json))
      .filter(
        ({ repositoryId, tree, changed }) =>
          changed && trees.some((one) => one.repositoryId === repositoryId && one.tree === tree),
      )
      .map(({ type: _type, changed: _changed, ...side }) => side);
  }

  forget(taskNumber: number): void {
    this.#sql.exec('DELETE FROM diffs WHERE task_number = ?', taskNumber);
    this.#sql.exec('DELETE FROM side_diffs WHERE task_number = ?', taskNumber);
  }

  #turns(taskNumber: number): number[] {
    return this.#sql
      .exec<{ turn: number }>(
        'SELECT turn FROM diffs WHERE task_number = ? AND turn > 0 ORDER BY turn',
        taskNumber,
      )
      .toArray()
      .map(({ turn }) => turn);
  }
}
