import { squeeze } from '../../redact/flatten-text.ts';

/** Shorter values would censor ordinary words. */
const MIN_SECRET_CHARS = 8;

/** A line of a key is as telling as the whole; a shorter one may be a word. */
const MIN_LINE_CHARS = 16;

/**
 * How a known value may stand in a text, without white space: as it is, each of its lines, and encoded in base64 (at
 * any offset in what was encoded, in both alphabets), in hex and for URLs. Empty for a value too short to be told from
 * a word.
 */
export function formsOf(secret: string): string[] {
  const value = secret.trim();
  if (squeeze(value).length < MIN_SECRET_CHARS) return [];
  const lines = value.split(/\s*(?:\n|\\n)\s*/).filter((line) => line.length >= MIN_LINE_CHARS);
  const encoded = [...base64Forms(value), Buffer.from(value).toString('hex'), encodeURIComponent(value)];
  const escaped = inJson(value);
  const forms = [value, escaped, inJson(escaped), ...(lines.length > 1 ? lines : []), ...encoded].map(
    squeeze,
  );
  return [...new Set(forms)].filter((form) => form.length >= MIN_SECRET_CHARS);
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** What stays the same of the value's base64 whatever stands before and after it (RFC 4648, sections 4 and 5). */
function base64Forms(value: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
    const first = [0, 2, 3][offset] ?? 0;
    const wholeChars = Math.floor((bytes.length * 8) / 6);
    const core = bytes.toString('base64').slice(first, wholeChars);
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
