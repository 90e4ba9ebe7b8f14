import { expect, it } from 'vitest';
import { cutToBytes } from './cut-text.ts';

it.each([
  ['short', 10, { text: 'short', bytes: 5, cut: false }],
  ['exactly', 7, { text: 'exactly', bytes: 7, cut: false }],
  ['too long', 3, { text: 'too', bytes: 8, cut: true }],
  ['äöü', 3, { text: 'ä', bytes: 6, cut: true }],
  ['a🚂b', 4, { text: 'a', bytes: 6, cut: true }],
  ['a🚂b', 5, { text: 'a🚂', bytes: 6, cut: true }],
  ['', 0, { text: '', bytes: 0, cut: false }],
])('cuts %j to %i bytes at a character', (text, maxBytes, expected) => {
  expect(cutToBytes(text, maxBytes)).toEqual(expected);
});
