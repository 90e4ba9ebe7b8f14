import type { ThreadEntry } from './build-prompt.ts';
import { byteLength, clean, element } from './untrusted-frame.ts';

/** Older entries are shortened to so many characters, and those before them to one line. */
const SHORT_CHARS = 600;
const LINE_CHARS = 160;

/** The newest entries stand whole in this share of the room, those before them shortened in the next. */
const WHOLE_SHARE = 0.6;
const SHORT_SHARE = 0.9;

export type CondensedThread = { shown: string[]; shortened: number; leftOut: number };

type Level = { share: number; maxChars: number };
const LEVELS: readonly Level[] = [
  { share: WHOLE_SHARE, maxChars: Number.POSITIVE_INFINITY },
  { share: SHORT_SHARE, maxChars: SHORT_CHARS },
  { share: 1, maxChars: LINE_CHARS },
];

/**
 * A thread in so many bytes: what is new whole, what is older in ever fewer words, and what is oldest left out. Once
 * an entry did not fit, none before it is given more room than it got.
 *
 * @param entries the oldest first
 */
export function condenseThread(entries: readonly ThreadEntry[], maxBytes: number): CondensedThread {
  const shown: string[] = [];
  let used = 0;
  let level = 0;
  let shortened = 0;
  let index = entries.length;
  while (index > 0 && level < LEVELS.length) {
    const entry = entries[index - 1];
    const { share, maxChars } = LEVELS[level] ?? { share: 0, maxChars: 0 };
    if (entry === undefined) break;
    const { text, isCut } = renderEntry(entry, maxChars);
    const bytes = byteLength(text) + 1;
    if (used + bytes > maxBytes * share) {
      level += 1;
      continue;
    }
    used += bytes;
    shortened += isCut ? 1 : 0;
    shown.unshift(text);
    index -= 1;
  }
  return { shown, shortened, leftOut: index };
}

function renderEntry(entry: ThreadEntry, maxChars: number): { text: string; isCut: boolean } {
  const where: Record<string, string> = entry.where === undefined ? {} : { path: entry.where.path };
  if (typeof entry.where?.line === 'number') where.line = String(entry.where.line);
  const at = new Date(entry.createdAt).toISOString();
  const whole = clean(entry.text);
  const isCut = whole.length > maxChars;
  const cut = isCut ? `${whole.slice(0, maxChars).trimEnd()} [cut: ${whole.length} characters]` : whole;
  return { text: element(entry.kind, { author: entry.author, at, ...where }, cut), isCut };
}
