import { insertId, type TimelineRow, type ToolRow } from './timeline.ts';

/**
 * Finds rows by their text, and keeps what it found while rows arrive: of a log of 100,000 events only the new ones are
 * read for each frame, and the calls whose result was still to come.
 */
export function createRowSearch(textOf: (row: TimelineRow) => string): {
  /** @returns ids of the rows that hold the query, in order; capitals do not matter. The same array while nothing changed. */
  find(query: string, all: readonly TimelineRow[]): readonly number[];
} {
  let needle = '';
  let read = 0;
  let waiting: ToolRow[] = [];
  let found: readonly number[] = [];

  return {
    find(query, all) {
      const wanted = query.trim().toLowerCase();
      if (wanted !== needle || all.length < read) {
        needle = wanted;
        read = 0;
        waiting = [];
        found = [];
      }
      if (needle === '') return found;
      const fresh: TimelineRow[] = waiting.filter(({ result }) => result !== null);
      waiting = waiting.filter(({ result }) => result === null);
      for (; read < all.length; read += 1) {
        const row = all[read];
        if (row === undefined) break;
        fresh.push(row);
        if (row.kind === 'tool' && row.result === null) waiting.push(row);
      }
      const hits = fresh.filter((row) => textOf(row).toLowerCase().includes(needle));
      if (hits.length === 0) return found;
      const ids = [...found];
      for (const { id } of hits) insertId(ids, id);
      found = ids;
      return found;
    },
  };
}
