import type { CutText } from '../../protocol/events.ts';
import { MAX_EVENT_BYTES, MAX_TOOL_TEXT_BYTES } from '../../protocol/limits.ts';

/** An event's JSON holds its other fields and the envelope's beside the text. */
const ENVELOPE_BYTES = 8_000;

/** A text of control characters grows six times when it becomes JSON (`\u0000`). */
const WORST_JSON_GROWTH = 6;

/** A piece of text that fits one event however it is escaped. */
export const MAX_TEXT_PIECE_BYTES = Math.floor((MAX_EVENT_BYTES - ENVELOPE_BYTES) / WORST_JSON_GROWTH);

/** Whether the byte there goes on with a character that began before it. */
function isInside(bytes: Buffer, at: number): boolean {
  return ((bytes[at] ?? 0) & 0xc0) === 0x80;
}

/** The longest beginning of `bytes` that is at most `maxBytes` long and does not end inside a character. */
function beginning(bytes: Buffer, maxBytes: number): Buffer {
  if (bytes.length <= maxBytes) return bytes;
  let end = maxBytes;
  while (end > 0 && isInside(bytes, end)) end -= 1;
  return bytes.subarray(0, end);
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/**
 * Cuts a text to `maxBytes` of UTF-8 on a character's border, and further when its JSON would not fit an event.
 * Lone surrogates become U+FFFD, since they have no UTF-8.
 */
export function cutText(whole: string, maxBytes: number = MAX_TOOL_TEXT_BYTES): CutText {
  const bytes = Buffer.from(whole.toWellFormed());
  let kept = beginning(bytes, maxBytes);
  let text = kept.toString();
  if (jsonBytes(text) > MAX_EVENT_BYTES - ENVELOPE_BYTES) {
    kept = beginning(bytes, Math.min(maxBytes, MAX_TEXT_PIECE_BYTES));
    text = kept.toString();
  }
  return { text, bytes: bytes.length, cut: kept.length < bytes.length };
}

/** Keeps the last `maxBytes` of a text instead: of a command's output the end says most. */
export function cutToEnd(whole: string, maxBytes: number): CutText {
  const bytes = Buffer.from(whole.toWellFormed());
  let start = Math.max(0, bytes.length - maxBytes);
  while (start < bytes.length && isInside(bytes, start)) start += 1;
  return { text: bytes.subarray(start).toString(), bytes: bytes.length, cut: start > 0 };
}

/** Splits a text into pieces that each fit an event. Nothing is lost: joined they are the text again. */
export function splitText(whole: string, maxBytes: number = MAX_TEXT_PIECE_BYTES): string[] {
  let rest = Buffer.from(whole.toWellFormed());
  const pieces: string[] = [];
  while (rest.length > maxBytes) {
    const piece = beginning(rest, maxBytes);
    pieces.push(piece.toString());
    rest = rest.subarray(piece.length);
  }
  pieces.push(rest.toString());
  return pieces;
}
