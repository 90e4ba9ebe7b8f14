import type { AttentionItem } from '../../protocol/attention.ts';
import type { SessionId } from '../../protocol/ids.ts';

/** An outage may hold up every session of an account; a list beyond this is one outage, not many items. */
const MAX_SESSIONS = 500;

/** What the account's sessions say is stuck with them: the last report of each. */
export class AttentionStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`CREATE TABLE IF NOT EXISTS session_attention (
      session_id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, items TEXT NOT NULL
    ) WITHOUT ROWID`);
  }

  /** The newest report counts; one without items takes the session off the list. */
  report(sessionId: SessionId, items: readonly AttentionItem[], atMs: number): void {
    if (items.length === 0) {
      this.#sql.exec('DELETE FROM session_attention WHERE session_id = ? AND at_ms <= ?', sessionId, atMs);
      return;
    }
    this.#sql.exec(
      `INSERT INTO session_attention VALUES (?1, ?2, ?3)
       ON CONFLICT (session_id) DO UPDATE SET at_ms = ?2, items = ?3 WHERE at_ms <= ?2`,
      sessionId,
      atMs,
      JSON.stringify(items),
    );
    // The session itself still shows what this list forgets.
    this.#sql.exec(
      `DELETE FROM session_attention WHERE session_id NOT IN
         (SELECT session_id FROM session_attention ORDER BY at_ms DESC LIMIT ?)`,
      MAX_SESSIONS,
    );
  }

  count(): number {
    return this.#sql
      .exec<{ n: number }>('SELECT COALESCE(SUM(json_array_length(items)), 0) AS n FROM session_attention')
      .one().n;
  }

  items(): AttentionItem[] {
    return this.#sql
      .exec<{ items: string }>('SELECT items FROM session_attention ORDER BY at_ms')
      .toArray()
      .flatMap((row): AttentionItem[] => JSON.parse(row.items));
  }
}
