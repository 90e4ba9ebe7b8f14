import fc from 'fast-check';
import { expect, it } from 'vitest';
import { highlight } from './highlight.ts';

const PIECES = [
  'const x = 1;',
  '/* a\nb */',
  '"text',
  '`$',
  '{a}`',
  '# note',
  '\n',
  '\t',
  '<b>',
  '{',
  '\\',
  'é',
  'key: value',
];

it.each([
  'ts',
  'js',
  'py',
  'bash',
  'json',
  'yaml',
  'html',
  'css',
  'go',
  'rs',
  'sql',
  'docker',
  'xml',
  'toml',
])('changes nothing of a text in %s, and keeps its lines', (language) => {
  fc.assert(
    fc.property(
      fc
        .array(fc.oneof(fc.constantFrom(...PIECES), fc.string()), { maxLength: 20 })
        .map((parts) => parts.join('')),
      (text) => {
        const lines = highlight(text, language);
        expect(lines?.map((tokens) => tokens.map((token) => token.text).join('')).join('\n')).toBe(text);
      },
    ),
    { numRuns: 50 },
  );
});

it('knows languages by the names of fences and of files', () => {
  for (const name of ['tsx', 'TypeScript', 'mjs', 'yml', 'sh', 'Dockerfile', 'c++']) {
    expect(highlight('x', name)).not.toBeNull();
  }
});

it('leaves alone what it does not know, and what would take long', () => {
  expect(highlight('x', 'cobol')).toBeNull();
  expect(highlight('x', '')).toBeNull();
  expect(highlight('x'.repeat(3_000), 'js')).toBeNull();
  expect(highlight('x\n'.repeat(40_000), 'js')).toBeNull();
});
