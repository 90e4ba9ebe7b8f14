/** A part of a text: from the first character to the one after the last. */
export type Range = readonly [start: number, end: number];

/** What stands where a secret stood. */
export const CENSORED = '[redacted]';

/** Sorted, and joined where they touch. */
export function mergeRanges(ranges: readonly Range[]): Range[] {
  const merged: [number, number][] = [];
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else if (end > start) merged.push([start, end]);
  }
  return merged;
}

/** The text from `from` on, with what the ranges cover replaced. */
export function censor(text: string, ranges: readonly Range[], from = 0): string {
  let clean = '';
  let next = from;
  for (const [start, end] of mergeRanges(ranges)) {
    if (end <= from) continue;
    clean += text.slice(next, Math.max(start, next)) + CENSORED;
    next = end;
  }
  return clean + text.slice(next);
}
