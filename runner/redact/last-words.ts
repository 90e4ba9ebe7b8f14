/**
 * The last `maxChars` of a text, from a word's beginning on: half a secret at the front would not be known for one.
 * Of a text without words, the first.
 */
export function lastWords(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const last = text.slice(-maxChars).replace(/^\S*\s?/, '');
  return last === '' ? text.slice(0, maxChars) : last;
}
