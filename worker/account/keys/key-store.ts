import { z } from 'zod';
import type { Role } from '../../../protocol/access.ts';
import { type KeyRepositories, keyRepositoriesSchema } from '../../../protocol/keys.ts';
import type { MessageSource } from '../../../protocol/task.ts';

/** The person for whom a key of a program was made, such as who started a workflow. */
export type KeyHolder = { login: string; id: number };
const holderSchema = z.object({ login: z.string(), id: z.int() });

export type StoredKey = {
  id: string;
  /** SHA-256 of the key, hex. */
  hash: string;
  name: string;
  role: Role;
  repositories: KeyRepositories;
  source: MessageSource;
  /** Null: the key acts under its own name. */
  holder: KeyHolder | null;
  createdAt: number;
  createdBy: string;
  expiresAt: number | null;
  lastUsedAt: number | null;
  revokedAt: number | null;
  revokedBy: string | null;
};

type Row = {
  id: string;
  hash: string;
  name: string;
  role: Role;
  repositories: string;
  source: MessageSource;
  holder: string | null;
  created_at: number;
  created_by: string;
  expires_at: number | null;
  last_used_at: number | null;
  revoked_at: number | null;
  revoked_by: string | null;
};

/** API keys in the account's SQLite. */
export class KeyStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS api_keys (
        id TEXT PRIMARY KEY,
        hash TEXT NOT NULL,
        name TEXT NOT NULL,
        role TEXT NOT NULL,
        repositories TEXT NOT NULL,
        source TEXT NOT NULL,
        holder TEXT,
        created_at INTEGER NOT NULL,
        created_by TEXT NOT NULL,
        expires_at INTEGER,
        last_used_at INTEGER,
        revoked_at INTEGER,
        revoked_by TEXT
      ) WITHOUT ROWID
    `);
  }

  save(key: StoredKey): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO api_keys (id, hash, name, role, repositories, source, holder, created_at, created_by,
         expires_at, last_used_at, revoked_at, revoked_by)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      key.id,
      key.hash,
      key.name,
      key.role,
      JSON.stringify(key.repositories),
      key.source,
      key.holder === null ? null : JSON.stringify(key.holder),
      key.createdAt,
      key.createdBy,
      key.expiresAt,
      key.lastUsedAt,
      key.revokedAt,
      key.revokedBy,
    );
  }

  find(id: string): StoredKey | null {
    const [row] = this.#sql.exec<Row>('SELECT * FROM api_keys WHERE id = ?', id).toArray();
    return row === undefined ? null : keyOf(row);
  }

  /** Newest first. */
  list(limit: number): StoredKey[] {
    return this.#sql
      .exec<Row>('SELECT * FROM api_keys ORDER BY created_at DESC, id LIMIT ?', limit)
      .toArray()
      .map(keyOf);
  }

  noteUse(id: string, atMs: number): void {
    this.#sql.exec('UPDATE api_keys SET last_used_at = ? WHERE id = ?', atMs, id);
  }

  /** Keys that still work, of those made by people or of those made for programs' runs. */
  countActive(ofRuns: boolean, nowMs: number): number {
    const { count } = this.#sql
      .exec<{ count: number }>(
        `SELECT count(*) AS count FROM api_keys
         WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?) AND (source = 'action') = ?`,
        nowMs,
        ofRuns ? 1 : 0,
      )
      .one();
    return count;
  }

  /** Forgets keys that ended before these times: those made by people, and those made for programs' runs. */
  prune(beforeMs: number, ofRunsBeforeMs: number): void {
    this.#sql.exec(
      `DELETE FROM api_keys
       WHERE coalesce(revoked_at, expires_at) < CASE source WHEN 'action' THEN ? ELSE ? END`,
      ofRunsBeforeMs,
      beforeMs,
    );
  }
}

function keyOf(row: Row): StoredKey {
  return {
    id: row.id,
    hash: row.hash,
    name: row.name,
    role: row.role,
    repositories: keyRepositoriesSchema.parse(JSON.parse(row.repositories)),
    source: row.source,
    holder: row.holder === null ? null : holderSchema.parse(JSON.parse(row.holder)),
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
    revokedBy: row.revoked_by,
  };
}
