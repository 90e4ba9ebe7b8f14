import { z } from 'zod';

/** Where a page ends: the last row's sort keys. Callers pass it back unread. */
export type PageCursor = { at: number; id: string };

const cursorSchema = z.tuple([z.number(), z.string().max(500)]);

export function encodeCursor({ at, id }: PageCursor): string {
  return btoa(JSON.stringify([at, id]))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** @returns null when the text is no cursor of ours. */
export function decodeCursor(text: string): PageCursor | null {
  try {
    const [at, id] = cursorSchema.parse(JSON.parse(atob(text.replaceAll('-', '+').replaceAll('_', '/'))));
    return { at, id };
  } catch {
    return null;
  }
}

/** Cuts a result that was asked for with one row more than the page holds. */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => PageCursor,
): { items: Row[]; next: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}
