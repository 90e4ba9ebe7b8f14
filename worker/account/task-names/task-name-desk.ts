import type { SessionId } from '../../../protocol/ids.ts';
import type { AccountParts } from '../account-parts.ts';

/** Whose a name is. `trigger` tells apart who claims it: a repeated request claims what it has. */
export type NameClaim = { sessionId: SessionId; trigger: string };

export type NameVerdict = { status: 'claimed' } | { status: 'taken'; by: NameClaim; sinceMs: number };

/** Which task an account calls by which name. The task itself is its session's; here is where to look. */
export class TaskNameDesk {
  readonly #sql: SqlStorage;
  readonly #now: () => number;

  constructor({ storage, now }: AccountParts) {
    this.#sql = storage.sql;
    this.#now = now;
    this.#sql.exec(
      `CREATE TABLE IF NOT EXISTS task_names (
         name TEXT PRIMARY KEY, session_id TEXT NOT NULL, trigger_id TEXT NOT NULL, at_ms INTEGER NOT NULL
       ) WITHOUT ROWID`,
    );
  }

  find(name: string): SessionId | null {
    return this.#read(name)?.by.sessionId ?? null;
  }

  /** @param instead a claim that came to nothing and gives way */
  claim(name: string, claim: NameClaim, instead: NameClaim | null): NameVerdict {
    const known = this.#read(name);
    if (known !== null && !isSame(known.by, claim) && !(instead !== null && isSame(known.by, instead))) {
      return { status: 'taken', ...known };
    }
    this.#sql.exec(
      'INSERT OR REPLACE INTO task_names VALUES (?, ?, ?, ?)',
      name,
      claim.sessionId,
      claim.trigger,
      this.#now(),
    );
    return { status: 'claimed' };
  }

  /** The name is free again, unless somebody else has it by now. */
  release(name: string, sessionId: SessionId): void {
    this.#sql.exec('DELETE FROM task_names WHERE name = ? AND session_id = ?', name, sessionId);
  }

  #read(name: string): { by: NameClaim; sinceMs: number } | null {
    const [row] = this.#sql
      .exec<{ session_id: string; trigger_id: string; at_ms: number }>(
        'SELECT session_id, trigger_id, at_ms FROM task_names WHERE name = ?',
        name,
      )
      .toArray();
    if (row === undefined) return null;
    return { by: { sessionId: row.session_id, trigger: row.trigger_id }, sinceMs: row.at_ms };
  }
}

function isSame(a: NameClaim, b: NameClaim): boolean {
  return a.sessionId === b.sessionId && a.trigger === b.trigger;
}
