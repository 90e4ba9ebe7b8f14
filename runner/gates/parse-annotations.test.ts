import { expect, it } from 'vitest';
import { parseAnnotations } from './parse-annotations.ts';

it.each([
  ['src/a.ts(12,5): error TS2322: Type is wrong.', 'src/a.ts', 12, 5, 'failure', 'TS2322: Type is wrong.'],
  ['main.c:3:10: warning: unused variable', 'main.c', 3, 10, 'warning', 'unused variable'],
  ['./x_test.go:7: got 2, want 3', './x_test.go', 7, null, 'failure', 'got 2, want 3'],
  ['\u001b[31msrc/b.js:1:2 - error it is red\u001b[0m', 'src/b.js', 1, 2, 'failure', 'it is red'],
  ['::warning file=app.js,line=4,col=2::Missing semicolon', 'app.js', 4, 2, 'warning', 'Missing semicolon'],
])('reads %j', (line, path, at, column, level, message) => {
  expect(parseAnnotations(`noise\n${line}\nmore`, 10)).toEqual({
    found: [{ path, line: at, column, level, message }],
    cut: false,
  });
});

it('leaves alone what is no finding, and says each once', () => {
  const output = ['http://localhost.test:80/x', 'took 12:30:05 in all', 'a.ts:1:1: same', 'a.ts:1:1: same'];
  expect(parseAnnotations(output.join('\n'), 10).found).toHaveLength(1);
});

it('stops at its limit and says so', () => {
  const output = Array.from({ length: 9 }, (_, index) => `a.ts:${index + 1}:1: no`).join('\n');
  expect(parseAnnotations(output, 3)).toMatchObject({ cut: true, found: { length: 3 } });
});

it('is quick with hostile lines', () => {
  const startedAt = performance.now();
  parseAnnotations(`${'a.a '.repeat(499)}\n`.repeat(300), 10);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
