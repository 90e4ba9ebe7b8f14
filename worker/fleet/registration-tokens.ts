import { z } from 'zod';
import type { RunnerId } from '../../protocol/ids.ts';
import type { RegistrationTokenView } from '../../protocol/registration.ts';
import type { RunnerBound } from './runner-bound.ts';

/** Used and expired tokens are shown for this long: "who registered this runner?" is asked later. */
const KEEP_MS = 7 * 24 * 60 * 60_000;

export type RegistrationToken = {
  id: string;
  /** SHA-256 of the token, hex. */
  hash: string;
  name: string | null;
  labels: string[];
  createdAt: number;
  expiresAt: number;
  use: { at: number; nonceHash: string; runnerId: RunnerId } | null;
  /** What the runner will be bound to; null for one that takes any work. */
  bound: RunnerBound | null;
};

type Row = {
  id: string;
  hash: string;
  name: string | null;
  labels: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
  nonce_hash: string | null;
  runner_id: string | null;
  bound: string | null;
};

const labelsSchema = z.array(z.string());
const boundSchema: z.ZodType<RunnerBound> = z.object({
  repositoryId: z.int(),
  label: z.string(),
  run: z.string(),
  until: z.int(),
});

/** Registration tokens in the Fleet's SQLite. */
export class RegistrationTokens {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS registration_tokens (
        id TEXT PRIMARY KEY,
        hash TEXT NOT NULL,
        name TEXT,
        labels TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        used_at INTEGER,
        nonce_hash TEXT,
        runner_id TEXT,
        bound TEXT
      ) WITHOUT ROWID
    `);
    this.#addBound();
  }

  add(token: RegistrationToken): void {
    this.#sql.exec(
      `INSERT INTO registration_tokens (id, hash, name, labels, created_at, expires_at, bound)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      token.id,
      token.hash,
      token.name,
      JSON.stringify(token.labels),
      token.createdAt,
      token.expiresAt,
      token.bound === null ? null : JSON.stringify(token.bound),
    );
  }

  find(id: string): RegistrationToken | null {
    const [row] = this.#sql.exec<Row>('SELECT * FROM registration_tokens WHERE id = ?', id).toArray();
    return row === undefined ? null : tokenOf(row);
  }

  /** Newest first. */
  list(): RegistrationToken[] {
    return this.#sql
      .exec<Row>('SELECT * FROM registration_tokens ORDER BY created_at DESC, id')
      .toArray()
      .map(tokenOf);
  }

  use(id: string, { at, nonceHash, runnerId }: NonNullable<RegistrationToken['use']>): void {
    this.#sql.exec(
      'UPDATE registration_tokens SET used_at = ?, nonce_hash = ?, runner_id = ? WHERE id = ?',
      at,
      nonceHash,
      runnerId,
      id,
    );
  }

  remove(id: string): boolean {
    return this.#sql.exec('DELETE FROM registration_tokens WHERE id = ?', id).rowsWritten > 0;
  }

  prune(nowMs: number): void {
    this.#sql.exec('DELETE FROM registration_tokens WHERE expires_at < ?', nowMs - KEEP_MS);
  }

  /** Tables of earlier builds lack the column. */
  #addBound(): void {
    const columns = this.#sql.exec<{ name: string }>(
      "SELECT name FROM pragma_table_info('registration_tokens')",
    );
    if ([...columns].some(({ name }) => name === 'bound')) return;
    this.#sql.exec('ALTER TABLE registration_tokens ADD COLUMN bound TEXT');
  }

  countOpen(nowMs: number): number {
    return this.#sql
      .exec<{ count: number }>(
        'SELECT count(*) AS count FROM registration_tokens WHERE used_at IS NULL AND expires_at > ?',
        nowMs,
      )
      .one().count;
  }
}

/** A token as people see it: never the token itself. */
export function viewToken(token: RegistrationToken, nowMs: number): RegistrationTokenView {
  const { id, name, labels, createdAt, expiresAt, use } = token;
  const unused = expiresAt > nowMs ? 'open' : 'expired';
  return {
    id,
    name,
    labels,
    status: use === null ? unused : 'used',
    createdAt,
    expiresAt,
    runnerId: use?.runnerId ?? null,
  };
}

function tokenOf(row: Row): RegistrationToken {
  const { id, hash, name, used_at: at, nonce_hash: nonceHash, runner_id: runnerId } = row;
  return {
    id,
    hash,
    name,
    labels: labelsSchema.parse(JSON.parse(row.labels)),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    bound: row.bound === null ? null : boundSchema.parse(JSON.parse(row.bound)),
    use: at === null || nonceHash === null || runnerId === null ? null : { at, nonceHash, runnerId },
  };
}
