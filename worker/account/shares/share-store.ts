import type { SessionId } from '../../../protocol/ids.ts';
import { type ShareView, shareViewSchema } from '../../../protocol/shares.ts';

type Row = { view: string; hash: string };

/** An account's share links in its object's SQLite, and the sessions that were looked at through each. */
export class ShareStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS shares (
        id TEXT PRIMARY KEY, hash TEXT NOT NULL, expires_at_ms INTEGER NOT NULL, view TEXT NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS share_watches (
        share_id TEXT NOT NULL, session_id TEXT NOT NULL, PRIMARY KEY (share_id, session_id)
      ) WITHOUT ROWID;
    `);
  }

  put(view: ShareView, hash: string): void {
    this.#sql.exec(
      `INSERT INTO shares (id, hash, expires_at_ms, view) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (id) DO UPDATE SET view = ?4`,
      view.id,
      hash,
      view.expiresAt,
      JSON.stringify(view),
    );
  }

  /** A link that is still good; null when there is none. */
  get(id: string, nowMs: number): { view: ShareView; hash: string } | null {
    const [row] = this.#sql
      .exec<Row>('SELECT view, hash FROM shares WHERE id = ? AND expires_at_ms > ?', id, nowMs)
      .toArray();
    return row === undefined ? null : { view: viewIn(row), hash: row.hash };
  }

  /** Links that are still good, the latest first. */
  list(nowMs: number): ShareView[] {
    return this.#sql
      .exec<Row>('SELECT view, hash FROM shares WHERE expires_at_ms > ?', nowMs)
      .toArray()
      .map(viewIn)
      .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
  }

  /** When the next link ends; null when there is none. */
  nextEnd(): number | null {
    return this.#sql.exec<{ at: number | null }>('SELECT MIN(expires_at_ms) AS at FROM shares').one().at;
  }

  /** Links whose time is over. */
  expired(nowMs: number): string[] {
    return this.#sql
      .exec<{ id: string }>('SELECT id FROM shares WHERE expires_at_ms <= ?', nowMs)
      .toArray()
      .map(({ id }) => id);
  }

  /** Notes that somebody looks at a session through a link, so that it can be told when the link ends. */
  watch(id: string, sessionId: SessionId): void {
    this.#sql.exec('INSERT OR IGNORE INTO share_watches (share_id, session_id) VALUES (?, ?)', id, sessionId);
  }

  /** Takes a link away for good. @returns the sessions that were looked at through it */
  remove(id: string): SessionId[] {
    this.#sql.exec('DELETE FROM shares WHERE id = ?', id);
    return this.#sql
      .exec<{ session_id: string }>('DELETE FROM share_watches WHERE share_id = ? RETURNING session_id', id)
      .toArray()
      .map(({ session_id }) => session_id);
  }
}

function viewIn({ view }: Row): ShareView {
  return shareViewSchema.parse(JSON.parse(view));
}
