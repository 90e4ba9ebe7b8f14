/** Code points that readers do not see, with which text can be hidden or its order turned round. */
const RANGES: readonly [first: number, last: number, what: string][] = [
  [0x00, 0x08, 'controls, but for tab and line feed'],
  [0x0b, 0x1f, 'controls'],
  [0x7f, 0x9f, 'controls'],
  [0xad, 0xad, 'soft hyphen'],
  [0x34f, 0x34f, 'combining grapheme joiner'],
  [0x61c, 0x61c, 'Arabic letter mark'],
  [0x115f, 0x1160, 'Hangul fillers'],
  [0x17b4, 0x17b5, 'Khmer inherent vowels'],
  [0x180b, 0x180f, 'Mongolian variation selectors'],
  [0x200b, 0x200f, 'zero-width characters and marks of direction'],
  [0x2028, 0x202e, 'separators and bidirectional embeddings'],
  [0x2060, 0x206f, 'word joiner, invisible operators, isolates'],
  [0x2800, 0x2800, 'empty Braille pattern'],
  [0x3164, 0x3164, 'Hangul filler'],
  [0xe000, 0xf8ff, 'private use'],
  [0xfe00, 0xfe0f, 'variation selectors'],
  [0xfeff, 0xfeff, 'byte order mark'],
  [0xffa0, 0xffa0, 'halfwidth Hangul filler'],
  [0xfff0, 0xfffb, 'unassigned and annotation marks'],
  [0x13430, 0x1345f, 'hieroglyph format controls'],
  [0x1bca0, 0x1bca3, 'shorthand format controls'],
  [0x1d159, 0x1d159, 'null notehead'],
  [0x1d173, 0x1d17a, 'musical format controls'],
  [0xe0000, 0xe0fff, 'tags and further variation selectors'],
  [0xf0000, 0x10ffff, 'private use'],
];

const codePoint = (code: number): string => `\\u{${code.toString(16)}}`;
const INVISIBLE = new RegExp(
  `[${RANGES.map(([first, last]) => `${codePoint(first)}-${codePoint(last)}`).join('')}]`,
  'gu',
);

export function removeInvisible(text: string): string {
  return text.replace(INVISIBLE, '');
}
