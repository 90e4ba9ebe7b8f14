import type { Deadlines } from '../storage/deadlines.ts';
import type { ShareClaim } from './socket-paths.ts';
import type { Viewers } from './viewers.ts';

export const SHARES_DEADLINE = 'shares';

/** Between the look at a link and the socket that follows lie seconds; so long a link's end is remembered. */
const REMEMBER_MS = 3_600_000;

/** Those who look at a session through a share link: they are let go the moment the link ends. */
export class ShareGuests {
  readonly #sql: SqlStorage;
  readonly #deadlines: Deadlines;
  readonly #viewers: Viewers;

  constructor(storage: DurableObjectStorage, deadlines: Deadlines, viewers: Viewers) {
    this.#sql = storage.sql;
    this.#deadlines = deadlines;
    this.#viewers = viewers;
    this.#sql.exec(
      'CREATE TABLE IF NOT EXISTS ended_shares (id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID',
    );
  }

  /** Whether a guest may come in now; if so, he will be let go in time. */
  admit({ shareId, until }: ShareClaim, nowMs: number): boolean {
    const ended = this.#sql.exec('SELECT 1 FROM ended_shares WHERE id = ?', shareId).toArray().length > 0;
    if (ended || until <= nowMs) return false;
    this.watch(until);
    return true;
  }

  /** The link was taken away. A guest who is on his way finds the door closed. */
  end(shareId: string, nowMs: number): void {
    this.#sql.exec('DELETE FROM ended_shares WHERE at_ms < ?', nowMs - REMEMBER_MS);
    this.#sql.exec('INSERT OR REPLACE INTO ended_shares (id, at_ms) VALUES (?, ?)', shareId, nowMs);
    this.#viewers.letGuestsGo((guest) => guest.shareId === shareId);
  }

  /** Lets those go whose time is over. */
  meet(nowMs: number): void {
    const times = [
      this.#viewers.letGuestsGo(({ until }) => until <= nowMs),
      this.#viewers.letVisitorsGo(nowMs),
    ];
    for (const nextMs of times) if (nextMs !== null) this.watch(nextMs);
  }

  /** Somebody's time will be over then. */
  watch(untilMs: number): void {
    const knownMs = this.#deadlines.at(SHARES_DEADLINE);
    if (knownMs === null || untilMs < knownMs) this.#deadlines.set(SHARES_DEADLINE, untilMs);
  }
}
