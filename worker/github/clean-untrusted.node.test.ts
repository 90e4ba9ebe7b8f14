import { expect, it } from 'vitest';
import { cleanUntrusted } from './clean-untrusted.ts';

/* In Node, where the clock goes on while code runs. */

/** GitHub's limit for a comment is 65,536 characters. */
const LONG = 65_000;

it.each([
  ['code spans over line ends', '`\n*'.repeat(LONG / 3)],
  ['code spans with spaces inside', '`` a `` '.repeat(LONG / 8)],
  ['indented code spans over line ends', '`a\n   b` '.repeat(LONG / 9)],
  ['the word that stands for code', `codepiece${'q'.repeat(LONG)}\`x\``],
  ['backticks of every length', Array.from({ length: 350 }, (_, n) => '`'.repeat(n)).join(' ')],
  ['fences', '```\n~~~\n'.repeat(LONG / 8)],
  ['tags in code', '`<a>`<b>'.repeat(LONG / 8)],
])('cleans a whole comment of %s in no time', (_title, text) => {
  const startedAt = performance.now();
  cleanUntrusted(text);
  // What looks through everything for each of its parts takes minutes on a busy machine.
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});

it('keeps code spans as they are, with spaces inside, beside tags and beside each other', () => {
  const text = 'Use `` a `b` `` and `<Button kind="a">`, not <b title="x">this</b> `c`';
  expect(cleanUntrusted(text)).toBe('Use `` a `b` `` and `<Button kind="a">`, not <b>this</b> `c`');
});
