import { expect, test } from 'vitest';
import { parseDiff } from './parse-diff.ts';

const zeros = '0'.repeat(40);

test('each kind of change is read with its counts', () => {
  const raw = [
    `:000000 100644 ${zeros} ${zeros} A`,
    'new\tname.txt',
    `:100644 100644 ${zeros} ${zeros} R087`,
    'from',
    'to',
    `:100644 000000 ${zeros} ${zeros} D`,
    'gone.png',
    `:100644 120000 ${zeros} ${zeros} T`,
    'link',
  ];
  const counts = ['3\t0\tnew\tname.txt', '1\t2\t', 'from', 'to', '-\t-\tgone.png', '1\t1\tlink', ''];
  expect(parseDiff([...raw, ...counts].join('\0'))).toEqual([
    {
      status: 'added',
      mode: '100644',
      path: 'new\tname.txt',
      previousPath: null,
      insertions: 3,
      deletions: 0,
    },
    { status: 'renamed', mode: '100644', path: 'to', previousPath: 'from', insertions: 1, deletions: 2 },
    {
      status: 'deleted',
      mode: '000000',
      path: 'gone.png',
      previousPath: null,
      insertions: null,
      deletions: null,
    },
    { status: 'type_changed', mode: '120000', path: 'link', previousPath: null, insertions: 1, deletions: 1 },
  ]);
});

test('no difference is no file', () => {
  expect(parseDiff('')).toEqual([]);
});

test('output that ends too early is a bug and not an empty diff', () => {
  expect(() => parseDiff(`:000000 100644 ${zeros} ${zeros} A`)).toThrow(/too early/);
});

test('a count that is none is a bug and not a number', () => {
  const raw = `:100644 100644 ${zeros} ${zeros} M\0a.txt\0`;
  for (const counts of ['', 'x\t1\ta.txt\0', '1\t\ta.txt\0']) {
    expect(() => parseDiff(raw + counts)).toThrow(/git diff-tree/);
  }
});
