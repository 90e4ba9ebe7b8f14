import { expect, it } from 'vitest';
import { lastWords } from './last-words.ts';

it('keeps the end of a text, from a word on', () => {
  expect(lastWords('short', 10)).toBe('short');
  expect(lastWords('a ghp_0123456789 was refused', 18)).toBe('was refused');
});

it('keeps the beginning of a text that is one word', () => {
  expect(lastWords('x'.repeat(30), 10)).toBe('x'.repeat(10));
});
