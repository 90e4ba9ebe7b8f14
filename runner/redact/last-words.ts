/**
 * The last `maxChars` of a text, from a word's beginning on: half a secret at the front would not be known for one.
 */
export function lastWords(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return text.slice(-maxChars).replace(/^\S*\s?/, '');
}
