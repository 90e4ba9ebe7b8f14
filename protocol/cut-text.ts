import type { CutText } from './events.ts';

/** UTF-8 bytes of one code point. */
function bytesOf(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/**
 * Cuts a text to `maxBytes` of UTF-8, never inside a character. Works where there is no `TextEncoder` and no `Buffer`;
 * lone surrogates become U+FFFD, since they have no UTF-8.
 */
export function cutToBytes(whole: string, maxBytes: number): CutText {
  const text = whole.toWellFormed();
  let bytes = 0;
  let end = text.length;
  for (let at = 0; at < text.length; ) {
    const codePoint = text.codePointAt(at) ?? 0;
    const width = bytesOf(codePoint);
    if (bytes <= maxBytes && bytes + width > maxBytes && end === text.length) end = at;
    bytes += width;
    at += codePoint > 0xffff ? 2 : 1;
  }
  return { text: text.slice(0, end), bytes, cut: end < text.length };
}
