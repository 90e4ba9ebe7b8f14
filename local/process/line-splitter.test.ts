import { describe, expect, it } from 'vitest';
import { LineSplitter, MAX_LINE_CHARS } from './line-splitter.ts';

describe('LineSplitter', () => {
  it('joins a line and a character that arrive in pieces', () => {
    const splitter = new LineSplitter();
    const bytes = Buffer.from('grün\r\nblau');
    const lines = [...bytes].flatMap((byte) => splitter.push(Buffer.from([byte])));
    expect([lines, splitter.flush(), splitter.flush()]).toEqual([['grün'], ['blau'], []]);
  });

  it('hands an endless line on in pieces', () => {
    const splitter = new LineSplitter();
    const pieces = splitter.push(Buffer.from('x'.repeat(MAX_LINE_CHARS * 2 + 1)));
    expect(pieces.map((piece) => piece.length)).toEqual([MAX_LINE_CHARS, MAX_LINE_CHARS]);
    expect(splitter.flush()).toEqual(['x']);
  });
});
