import { expect, it } from 'vitest';
import { pairLines, parsePatch } from './parse-patch.ts';

const PATCH = `diff --git a/src/greet.js b/src/greet.js
index 1234567..89abcde 100644
--- a/src/greet.js
+++ b/src/greet.js
@@ -1,3 +1,4 @@ function greet
 export function greet(name) {
-  return 'Hello';
+  const who = name ?? 'you';
+  return who;
 }
@@ -10 +11 @@
--- a/not/a/header
+++ b/nor/this
\\ No newline at end of file
`;

it('numbers the lines of each side, hunk by hunk', () => {
  const [file, ...others] = parsePatch(PATCH);
  expect(others).toEqual([]);
  expect(file).toMatchObject({
    path: 'src/greet.js',
    previousPath: 'src/greet.js',
    lineCount: 7,
    isBinary: false,
  });
  expect(file?.hunks.map(({ header }) => header)).toEqual([
    '@@ -1,3 +1,4 @@ function greet',
    '@@ -10 +11 @@',
  ]);
  expect(file?.hunks[0]?.lines).toEqual([
    { kind: 'same', text: 'export function greet(name) {', before: 1, after: 1 },
    { kind: 'removed', text: "  return 'Hello';", before: 2, after: null },
    { kind: 'added', text: "  const who = name ?? 'you';", before: null, after: 2 },
    { kind: 'added', text: '  return who;', before: null, after: 3 },
    { kind: 'same', text: '}', before: 3, after: 4 },
  ]);
});

it('takes lines that look like headers for what they are', () => {
  expect(parsePatch(PATCH)[0]?.hunks[1]?.lines).toEqual([
    { kind: 'removed', text: '-- a/not/a/header', before: 10, after: null },
    { kind: 'added', text: '++ b/nor/this', before: null, after: 11 },
  ]);
});

it.each([
  [
    'diff --git a/old name.txt b/new name.txt\nsimilarity index 100%\nrename from old name.txt\nrename to new name.txt\n',
    { path: 'new name.txt', previousPath: 'old name.txt', isBinary: false },
  ],
  [
    'diff --git "a/\\303\\244\\"b.txt" "b/\\303\\244\\"b.txt"\n--- "a/\\303\\244\\"b.txt"\n+++ "b/\\303\\244\\"b.txt"\n@@ -1 +1 @@\n-a\n+b\n',
    { path: 'ä"b.txt', previousPath: 'ä"b.txt', isBinary: false },
  ],
  [
    'diff --git a/with space b/with space\nnew file mode 100644\n--- /dev/null\n+++ b/with space\t\n@@ -0,0 +1 @@\n+x\n',
    { path: 'with space', previousPath: 'with space', isBinary: false },
  ],
  [
    'diff --git a/logo.png b/logo.png\nindex 1..2 100644\nBinary files a/logo.png and b/logo.png differ\n',
    { path: 'logo.png', previousPath: 'logo.png', isBinary: true },
  ],
  [
    'diff --git a/empty b/empty\nnew file mode 100644\n',
    { path: 'empty', previousPath: 'empty', isBinary: false },
  ],
])('knows the name of each kind of file', (patch, expected) => {
  expect(parsePatch(patch)).toMatchObject([expected]);
});

it('reads as much as there is of a patch that was cut, and nothing of what is none', () => {
  const cut = PATCH.slice(0, PATCH.indexOf('  return who'));
  expect(parsePatch(cut)[0]?.hunks[0]?.lines).toHaveLength(4);
  expect(parsePatch('+red train\n')).toEqual([]);
});

it('puts what was added beside what it replaces', () => {
  const lines = parsePatch(PATCH)[0]?.hunks[0]?.lines ?? [];
  const pairs = pairLines(lines).map(({ left, right }) => [left?.before ?? null, right?.after ?? null]);
  expect(pairs).toEqual([
    [1, 1],
    [2, 2],
    [null, 3],
    [3, 4],
  ]);
});
