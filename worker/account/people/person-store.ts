import { z } from 'zod';
import { roleSchema } from '../../../protocol/access.ts';
import { accountKeySchema } from '../../../protocol/ids.ts';
import type { PersonAccess } from '../../github/read-person-access.ts';

export type StoredPerson = {
  id: number;
  login: string;
  /** The person's tokens, encrypted. */
  sealed: string;
  access: PersonAccess[];
  /** When GitHub said so; 0: never yet. */
  readAt: number;
};

type Row = { id: number; login: string; sealed: string; access: string; read_at: number };

const accessSchema: z.ZodType<PersonAccess[]> = z.array(
  z.object({
    account: accountKeySchema,
    role: roleSchema.nullable(),
    repositories: z.union([z.literal('all'), z.array(z.tuple([z.int(), roleSchema]))]),
  }),
);

/** The person of an account that is a person's, in its SQLite. */
export class PersonStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS person (
        id INTEGER PRIMARY KEY,
        login TEXT NOT NULL,
        sealed TEXT NOT NULL,
        access TEXT NOT NULL,
        read_at INTEGER NOT NULL
      )
    `);
  }

  read(): StoredPerson | null {
    const [row] = this.#sql.exec<Row>('SELECT * FROM person').toArray();
    if (row === undefined) return null;
    const { id, login, sealed, access, read_at: readAt } = row;
    return { id, login, sealed, access: accessSchema.parse(JSON.parse(access)), readAt };
  }

  save({ id, login, sealed, access, readAt }: StoredPerson): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO person (id, login, sealed, access, read_at) VALUES (?, ?, ?, ?, ?)',
      id,
      login,
      sealed,
      JSON.stringify(access),
      readAt,
    );
  }

  forget(): void {
    this.#sql.exec('DELETE FROM person');
  }
}
