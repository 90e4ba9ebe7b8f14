import { blankEscapes, blankUrlEscapes } from './flatten-text.ts';
import { censor } from './ranges.ts';
import { scanText } from './scan-text.ts';

/** No secret is shorter. */
const MIN_TEXT_CHARS = 4;

/** A text without what looks like a secret. What may be a secret's beginning at its end is taken for one. */
export function redactText(text: string): string {
  if (text.length < MIN_TEXT_CHARS) return text;
  const found = scanText(blankUrlEscapes(blankEscapes(text)));
  return found.length === 0 ? text : censor(text, found);
}
