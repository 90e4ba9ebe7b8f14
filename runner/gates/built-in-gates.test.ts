import { describe, expect, it } from 'vitest';
import { KnownValues } from '../redact/known-values.ts';
import { Redactor } from '../redact/redactor.ts';
import { addedLines } from './added-lines.ts';
import { builtInGates, type Changes } from './built-in-gates.ts';
import { readGates } from './read-gates.ts';

const planOf = (text: string | null) => {
  const read = readGates(text);
  if (read.status === 'invalid') throw new Error(read.message);
  return read.plan;
};
const TOKEN = `ghp_${'a1B2c3D4e5'.repeat(4)}`;
const patchOf = (path: string, line: number, text: string): string =>
  `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -0,0 +${line},1 @@\n+${text}\n`;
const changesOf = (over: Partial<Changes>): Changes => ({
  paths: ['src/a.ts'],
  insertions: 1,
  deletions: 0,
  patch: '',
  patchCut: false,
  ...over,
});
const judge = (text: string | null, changes: Partial<Changes>) => {
  const redactor = new Redactor(new KnownValues());
  return builtInGates(planOf(text), changesOf(changes), (found) => redactor.find(found));
};

describe('the gate for protected paths', () => {
  const settings = 'gates: { protected: [".github/**", "*.lock"] }';
  it.each(['.github/workflows/ci.yml', '.github/.hidden/x', 'yarn.lock'])(
    'refuses a change of %s',
    (path) => {
      expect(judge(settings, { paths: ['src/a.ts', path] })[0]).toMatchObject({
        name: 'protected paths',
        status: 'failed',
        detail: expect.stringContaining(path),
        annotations: [{ path }],
      });
    },
  );
  it('lets others pass', () => {
    expect(judge(settings, { paths: ['src/.github.ts'] })[0]).toMatchObject({ status: 'passed' });
  });
});

describe('the gate for secrets', () => {
  it('refuses an added line with a token, says where, and never says it', () => {
    const [gate] = judge(null, { patch: patchOf('src/a b.ts', 7, `const key = '${TOKEN}';`) });
    expect(gate).toMatchObject({
      name: 'secrets',
      status: 'failed',
      annotations: [{ path: 'src/a b.ts', line: 7 }],
    });
    expect(JSON.stringify(gate)).not.toContain(TOKEN);
  });
  it('is there when nothing is configured, and can be made advisory or switched off', () => {
    expect(judge(null, {})).toMatchObject([{ name: 'secrets', required: true, status: 'passed' }]);
    expect(judge('gates: { secrets: advisory }', {})).toMatchObject([{ required: false }]);
    expect(judge('gates: { secrets: off }', {})).toEqual([]);
  });
  it('refuses what is too large to be searched', () => {
    expect(judge(null, { patchCut: true })).toMatchObject([{ status: 'failed' }]);
  });
});

it('refuses a change of more files or lines than are allowed', () => {
  const settings = 'gates: { max_files: 1, max_lines: 10, secrets: off }';
  expect(judge(settings, { paths: ['a', 'b'], insertions: 8, deletions: 3 })[0]).toMatchObject({
    status: 'failed',
    detail: '2 files were changed and at most 1 may be; 11 lines were changed and at most 10 may be',
  });
});

it('reads names that git quotes, and lines that look like headings of a patch', () => {
  const patch = [
    'diff --git "a/\\303\\244.txt" "b/\\303\\244.txt"',
    '--- /dev/null',
    '+++ "b/\\303\\244.txt"',
    '@@ -0,0 +1,2 @@',
    '+++ b/other.txt',
    '+second',
  ].join('\n');
  expect(addedLines(patch)).toEqual([
    {
      path: 'ä.txt',
      lines: [
        { number: 1, text: '++ b/other.txt' },
        { number: 2, text: 'second' },
      ],
    },
  ]);
});

it.each(['gates: [', 'gates: { checks: [{ name: a }] }', 'gates: { nonsense: 1 }'])(
  'lets nothing pass by settings that are wrong: %s',
  (text) => {
    expect(readGates(text)).toMatchObject({ status: 'invalid' });
  },
);
