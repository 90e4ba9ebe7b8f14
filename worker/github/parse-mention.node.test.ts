import { expect, it } from 'vitest';
import { parseMention } from './parse-mention.ts';

/* In Node, where the clock goes on while code runs. */

/** GitHub's limit for a comment is 65,536 characters. */
const LONG = 65_000;
it.each([
  ['spaces before a word', `@signalbox${' '.repeat(LONG)}x`],
  ['byte order marks between words', '@signalbox fix\ufeff'.repeat(LONG / 15)],
  ['full stops before a word', `@signalbox ${'.'.repeat(LONG)}x`],
  ['spaces before the name', `x${' '.repeat(LONG)}@signalbox x`],
  ['empty lines below', `@signalbox stop${'\n'.repeat(LONG)}x`],
  ['options without an end', '@signalbox --model x '.repeat(LONG / 21)],
  ['quoted options', `@signalbox ${'--model " '.repeat(LONG / 9)}`],
  ['the word that marks a place', `@signalbox mention${'q'.repeat(LONG)}`],
  ['addresses', `@signalbox ${'a@b.'.repeat(LONG / 4)}`],
  ['open tags', `@signalbox ${'<a '.repeat(LONG / 3)}`],
  ['open brackets', `@signalbox ${'['.repeat(LONG)}`],
  ['stars', `@signalbox ${'*a _'.repeat(LONG / 4)}`],
  ['backticks', `@signalbox ${'`a``b'.repeat(LONG / 5)}`],
])('reads a whole comment of %s in no time', (_title, body) => {
  const startedAt = performance.now();
  parseMention(body, 'signalbox');
  // A pattern that starts anew at each character takes minutes.
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
