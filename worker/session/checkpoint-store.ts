import { type Checkpoint, checkpointSchema } from '../../protocol/checkpoint.ts';

const TABLE = `
  CREATE TABLE IF NOT EXISTS checkpoint (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), json TEXT NOT NULL);
`;

/** The session's newest checkpoint: the row is what makes a stored body count. */
export class CheckpointStore {
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql;
    this.#sql.exec(TABLE);
  }

  /** Null also for a row of a build that wrote another form: it is as good as none. */
  read(): Checkpoint | null {
    const [row] = this.#sql.exec<{ json: string }>('SELECT json FROM checkpoint').toArray();
    return row === undefined ? null : (checkpointSchema.safeParse(JSON.parse(row.json)).data ?? null);
  }

  write(checkpoint: Checkpoint): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO checkpoint (only_row, json) VALUES (1, ?)',
      JSON.stringify(checkpoint),
    );
  }

  remove(): void {
    this.#sql.exec('DELETE FROM checkpoint');
  }
}
