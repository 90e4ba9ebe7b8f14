import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutText, cutToEnd, splitText } from './cut-text.ts';

describe('cutText', () => {
  it.each([
    ['plain', 5, { text: 'plain', bytes: 5, cut: false }],
    ['plain', 4, { text: 'plai', bytes: 5, cut: true }],
    ['aé', 2, { text: 'a', bytes: 3, cut: true }],
    ['a🚂', 4, { text: 'a', bytes: 5, cut: true }],
    ['', 0, { text: '', bytes: 0, cut: false }],
    ['é', 1, { text: '', bytes: 2, cut: true }],
  ])('cuts %j to %i bytes on a border of characters', (whole, maxBytes, expected) => {
    expect(cutText(whole, maxBytes)).toEqual(expected);
  });

  it('always gives a beginning of the text that fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (whole, maxBytes) => {
        const { text, bytes, cut } = cutText(whole, maxBytes);
        expect(whole.toWellFormed().startsWith(text)).toBe(true);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
        expect(cut).toBe(Buffer.byteLength(text) < bytes);
      }),
    );
  });
});

describe('cutToEnd', () => {
  it.each([
    ['plain', 5, { text: 'plain', bytes: 5, cut: false }],
    ['plain', 4, { text: 'lain', bytes: 5, cut: true }],
    ['éa', 2, { text: 'a', bytes: 3, cut: true }],
    ['', 0, { text: '', bytes: 0, cut: false }],
  ])('cuts %j to its last %i bytes on a border of characters', (whole, maxBytes, expected) => {
    expect(cutToEnd(whole, maxBytes)).toEqual(expected);
  });

  it('always gives an end of the text that fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (whole, maxBytes) => {
        const { text, bytes, cut } = cutToEnd(whole, maxBytes);
        expect(whole.toWellFormed().endsWith(text)).toBe(true);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
        expect(cut).toBe(Buffer.byteLength(text) < bytes);
      }),
    );
  });
});

describe('splitText', () => {
  it('loses nothing and keeps each piece in bounds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 4, max: 40 }), (whole, maxBytes) => {
        const pieces = splitText(whole, maxBytes);
        expect(pieces.join('')).toBe(whole.toWellFormed());
        for (const piece of pieces) expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(maxBytes);
      }),
    );
  });
});
