import type { LoggedEvent } from '../../protocol/events.ts';

type Row = { first_id: number; last_id: number; json: string };

/** Some events as they are stored: `json` is the array's text. */
export type LogPage = { firstId: number; lastId: number; json: string };

/** A page that is sent in one piece: large enough to be quick, small enough to leave room for others. */
const MAX_PAGE_CHARS = 512_000;

/** A page of parsed events: many large ones together would not fit the object's memory. */
const MAX_EVENTS_CHARS = 4_000_000;

/** The session's numbered events, one row a frame, ids from 1 without gaps. */
export class EventLog {
  readonly #sql: SqlStorage;
  /** The last id that is stored for good. */
  lastId: number;

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql;
    this.#sql.exec(
      'CREATE TABLE IF NOT EXISTS frames (first_id INTEGER PRIMARY KEY, last_id INTEGER NOT NULL, json TEXT NOT NULL)',
    );
    this.lastId =
      this.#sql.exec<{ last_id: number | null }>('SELECT MAX(first_id), last_id FROM frames').one().last_id ??
      0;
  }

  /** Writes a frame that follows on the last one. Set `lastId` once the transaction is through. */
  write(events: readonly LoggedEvent[]): LogPage | null {
    const first = events[0];
    const last = events.at(-1);
    if (first === undefined || last === undefined) return null;
    const json = JSON.stringify(events);
    this.#sql.exec('INSERT INTO frames VALUES (?, ?, ?)', first.id, last.id, json);
    return { firstId: first.id, lastId: last.id, json };
  }

  /** After everything was deleted. */
  forget(): void {
    this.lastId = 0;
  }

  /** The next whole frames after an id as one array, or null at the end of the log. */
  pageAfter(afterId: number): LogPage | null {
    let page: { firstId: number; lastId: number; parts: string[]; chars: number } | null = null;
    for (const row of this.#rowsAfter(afterId)) {
      const json = row.first_id > afterId ? row.json : restOf(row.json, afterId);
      const firstId = Math.max(row.first_id, afterId + 1);
      page ??= { firstId, lastId: afterId, parts: [], chars: 0 };
      page.parts.push(json.slice(1, -1));
      page.lastId = row.last_id;
      page.chars += json.length;
      if (page.chars >= MAX_PAGE_CHARS) break;
    }
    if (page === null) return null;
    return { firstId: page.firstId, lastId: page.lastId, json: `[${page.parts.join(',')}]` };
  }

  /** At most `limit` events after an id; fewer when they are large, but at least one when there is one. */
  eventsAfter(afterId: number, limit: number): LoggedEvent[] {
    const events: LoggedEvent[] = [];
    let chars = 0;
    for (const row of this.#rowsAfter(afterId)) {
      chars += row.json.length;
      const stored: LoggedEvent[] = JSON.parse(row.json);
      for (const event of stored) if (event.id > afterId) events.push(event);
      if (events.length >= limit || chars >= MAX_EVENTS_CHARS) break;
    }
    return events.slice(0, limit);
  }

  #rowsAfter(afterId: number): Iterable<Row> {
    return this.#sql.exec<Row>(
      `SELECT first_id, last_id, json FROM frames
       WHERE first_id >= coalesce((SELECT MAX(first_id) FROM frames WHERE first_id <= ?1), 0) AND last_id >= ?1
       ORDER BY first_id`,
      afterId + 1,
    );
  }
}

function restOf(json: string, afterId: number): string {
  const events: LoggedEvent[] = JSON.parse(json);
  return JSON.stringify(events.filter((event) => event.id > afterId));
}
