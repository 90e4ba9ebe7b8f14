import { sql } from 'drizzle-orm';

/**
 * Scripts that are written without spaces. The index breaks texts at spaces and punctuation, so a whole sentence of
 * these would be one word.
 */
const UNSPACED =
  /([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])/gu;

/** Far above any message; of a longer text the beginning is found. */
const MAX_INDEXED_CHARS = 65_536;

/** A text as the index gets it. */
export function indexText(text: string): string {
  return text.slice(0, MAX_INDEXED_CHARS).replace(UNSPACED, ' $1 ');
}

/** More words say no more. */
const MAX_WORDS = 16;

/**
 * What somebody typed as a query of the index: every word must be there; of the last one, which he may still be typing,
 * the end may be missing. (Each beginning costs a look at all words that begin so.) Punctuation ties its words together
 * (`src/app.ts`).
 *
 * @returns null when there is nothing to look for
 */
export function searchQuery(typed: string): string | null {
  const words = typed
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, MAX_WORDS);
  if (words.length === 0) return null;
  return `${words.map((word) => `"${indexText(word).trim().replaceAll('"', ' ')}"`).join(' ')}*`;
}

/** Room for the texts of one session among the row ids of the index: its own, its messages', its tasks' files. */
const TEXTS_PER_SESSION = 1_048_576;

/** The same in SQL: as a parameter it may come as a floating-point number, which divides otherwise. */
export const TEXTS = sql.raw(String(TEXTS_PER_SESSION));

/** Texts are numbered in their session. 0 is what the session says of itself; its messages follow by their place. */
export const SESSION_TEXT = 0;
const FIRST_FILES_TEXT = 2 ** 19;

/** The files that a task has changed. */
export const filesText = (taskNumber: number): number => FIRST_FILES_TEXT + taskNumber;

/** Null: beyond what is indexed of one session. */
export const messageText = (place: number): number | null => (place < FIRST_FILES_TEXT ? place : null);
