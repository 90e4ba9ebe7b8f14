import type { Role } from '../../../protocol/access.ts';
import type { MemberRole, MemberView } from '../../../protocol/people.ts';
import type { AccountParts } from '../account-parts.ts';

/** `lastSeenAt` is right to this; each request would else be a write. */
const SEEN_STEP_MS = 3_600_000;

/** Who has not been here for so long and has no role of his own is left out of the list. */
const KEEP_SEEN_MS = 90 * 24 * 3_600_000;

/** Far above the people of an account. */
const LIST_LIMIT = 2_000;

type Row = {
  id: number;
  login: string | null;
  role: MemberRole | null;
  github_role: Role | null;
  last_seen_at: number | null;
  set_at: number | null;
  set_by: string | null;
};

/** Who has been here, and whose role an admin has decided. */
export class MemberDesk {
  readonly #parts: AccountParts;
  readonly #sql: SqlStorage;

  constructor(parts: AccountParts) {
    this.#parts = parts;
    this.#sql = parts.storage.sql;
    this.#sql.exec(`
      CREATE TABLE IF NOT EXISTS members (
        id INTEGER PRIMARY KEY,
        login TEXT,
        role TEXT,
        github_role TEXT,
        last_seen_at INTEGER,
        set_at INTEGER,
        set_by TEXT
      )
    `);
  }

  /** The role that an admin has set for somebody; null: as GitHub says. */
  roleOf(id: number): MemberRole | null {
    return this.#find(id)?.role ?? null;
  }

  /** The same, of somebody who reaches the account on GitHub: he is noted. */
  meet({ id, login, role }: { id: number; login: string; role: Role | null }): MemberRole | null {
    const known = this.#find(id);
    const nowMs = this.#parts.now();
    const isStale =
      nowMs - (known?.last_seen_at ?? 0) >= SEEN_STEP_MS ||
      known?.login !== login ||
      known.github_role !== role;
    if (isStale) {
      this.#sql.exec(
        `INSERT INTO members (id, login, github_role, last_seen_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET login = excluded.login, github_role = excluded.github_role,
           last_seen_at = excluded.last_seen_at`,
        id,
        login,
        role,
        nowMs,
      );
    }
    return known?.role ?? null;
  }

  /** By login. */
  list(): MemberView[] {
    this.#sql.exec(
      'DELETE FROM members WHERE role IS NULL AND last_seen_at < ?',
      this.#parts.now() - KEEP_SEEN_MS,
    );
    return this.#sql
      .exec<Row>('SELECT * FROM members ORDER BY login, id LIMIT ?', LIST_LIMIT)
      .toArray()
      .map(viewOf);
  }

  set(id: number, role: MemberRole, login: string | null, by: string): MemberView {
    this.#sql.exec(
      `INSERT INTO members (id, login, role, set_at, set_by) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET role = excluded.role, set_at = excluded.set_at, set_by = excluded.set_by,
         login = coalesce(members.login, excluded.login)`,
      id,
      login,
      role,
      this.#parts.now(),
      by,
    );
    const row = this.#find(id);
    if (row === null) throw new Error(`Member ${id} was written and is not there.`);
    return viewOf(row);
  }

  /** Back to what GitHub says. @returns false when nothing was set */
  unset(id: number): boolean {
    return (
      this.#sql.exec(
        'UPDATE members SET role = NULL, set_at = NULL, set_by = NULL WHERE id = ? AND role IS NOT NULL',
        id,
      ).rowsWritten > 0
    );
  }

  #find(id: number): Row | null {
    return this.#sql.exec<Row>('SELECT * FROM members WHERE id = ?', id).toArray()[0] ?? null;
  }
}

function viewOf(row: Row): MemberView {
  const { id, login, role, github_role: githubRole, last_seen_at: lastSeenAt } = row;
  return { id, login, role, githubRole, lastSeenAt, setAt: row.set_at, setBy: row.set_by };
}
