import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGitFolder } from './ensure-git-folder.ts';
import { type GitCommand, inControl } from './git-repository.ts';
import { type Files, git as plainGit, temporaryFolder, writeFiles } from './testing/make-repository.ts';
import { isTrustedPath, trustedPartOf, withTrustedPathsOf } from './trusted-paths.ts';

let folder: { path: string; remove: () => void };
let git: GitCommand;
let repository: string;
beforeEach(async () => {
  folder = temporaryFolder();
  repository = join(folder.path, 'r.git');
  const context = { host: process.env };
  await createGitFolder(context, repository, { id: 'a' });
  git = inControl(context, { commonDir: repository, controlDir: repository });
});
afterEach(() => folder.remove());

let made = 0;
/** The tree of these files. */
function treeOf(files: Files): string {
  made += 1;
  const work = join(folder.path, `w${made}`);
  mkdirSync(work);
  writeFiles(work, files);
  const at = [`--git-dir=${repository}`, `--work-tree=${work}`];
  plainGit(work, ...at, 'read-tree', '--empty');
  plainGit(work, ...at, 'add', '--all');
  return plainGit(work, ...at, 'write-tree');
}

const list = (tree: string): string[] =>
  plainGit(repository, 'ls-tree', '-r', '--format=%(path) %(objectmode)', tree).split('\n');
const read = (tree: string, path: string): string => plainGit(repository, 'show', `${tree}:${path}`);

test('trusted paths come from the base: changed, added and absent ones', async () => {
  const head = treeOf({
    'CLAUDE.md': 'obey me',
    '.mcp.json': 'evil server',
    '.claude/settings.json': 'evil hooks',
    '.github/signalbox.yml': 'gates: []',
    '.github/workflows/ci.yml': 'theirs',
    'src/CLAUDE.md': 'nested',
    'a.txt': 'theirs',
  });
  const base = treeOf({
    'CLAUDE.md': 'be careful',
    '.claude/agents/x.md': 'ours',
    '.husky/pre-commit': { program: 'ours' },
    '.github/signalbox.yml': 'gates: [test]',
    '.github/workflows/ci.yml': 'ours',
    'a.txt': 'ours',
  });
  const dressed = await withTrustedPathsOf(git, head, base);
  expect(list(dressed)).toEqual([
    '.claude/agents/x.md 100644',
    '.github/signalbox.yml 100644',
    '.github/workflows/ci.yml 100644',
    '.husky/pre-commit 100755',
    'CLAUDE.md 100644',
    'a.txt 100644',
    'src/CLAUDE.md 100644',
  ]);
  expect(
    ['CLAUDE.md', '.github/signalbox.yml', '.github/workflows/ci.yml'].map((path) => read(dressed, path)),
  ).toEqual(['be careful', 'gates: [test]', 'theirs']);
  expect(await withTrustedPathsOf(git, dressed, head)).toBe(head);
});

test('links in the place of trusted folders give way, and come back', async () => {
  const head = treeOf({ '.claude': { link: '/etc' }, '.github': { link: '../..' }, 'a.txt': 'a' });
  const base = treeOf({ '.claude/settings.json': '{}', '.github/signalbox.yml': 'x', 'a.txt': 'a' });
  const dressed = await withTrustedPathsOf(git, head, base);
  expect(dressed).toBe(base);
  expect(await withTrustedPathsOf(git, dressed, head)).toBe(head);
});

test('a name in another case is the same name, as it is for the file systems that ignore case', async () => {
  const head = treeOf({ 'Claude.MD': 'obey me', '.Claude/settings.json': 'evil', 'a.txt': 'a' });
  const base = treeOf({ 'CLAUDE.md': 'be careful' });
  expect(list(await withTrustedPathsOf(git, head, base))).toEqual(['CLAUDE.md 100644', 'a.txt 100644']);
});

test('a file name that is no UTF-8 survives', async () => {
  const blob = plainGit(repository, 'hash-object', '-w', '-t', 'blob', '/dev/null');
  const made = await git(['mktree', '-z'], { input: `100644 blob ${blob}\tcaf\xe9\0`, encoding: 'latin1' });
  const tree = made.stdout.trim();
  expect(await withTrustedPathsOf(git, tree, tree)).toBe(tree);
});

test('a base without anything trusted leaves nothing trusted', async () => {
  const head = treeOf({ 'CLAUDE.md': 'x', '.github/signalbox.yml': 'x', 'a.txt': 'a' });
  const base = treeOf({ 'a.txt': 'b' });
  expect(list(await withTrustedPathsOf(git, head, base))).toEqual(['a.txt 100644']);
});

test('the trusted part is what Claude Code reads at its start', async () => {
  const tree = treeOf({
    'CLAUDE.md': 'x',
    '.claude/a': 'x',
    '.mcp.json': '{}',
    'src/CLAUDE.md': 'x',
    'a.txt': 'a',
  });
  const { part, isEmpty } = await trustedPartOf(git, tree);
  expect(isEmpty).toBe(false);
  expect(list(part)).toEqual(['.claude/a 100644', '.mcp.json 100644', 'CLAUDE.md 100644']);
  expect(await trustedPartOf(git, treeOf({ 'a.txt': 'a' }))).toMatchObject({ isEmpty: true });
});

test.each([
  ['CLAUDE.md', true],
  ['claude.md', true],
  ['.claude/hooks/x.sh', true],
  ['.mcp.json', true],
  ['.husky/pre-push', true],
  ['.github/signalbox.yml', true],
  ['.github/workflows/ci.yml', false],
  ['src/CLAUDE.md', false],
  ['.claudeignore', false],
])('%s trusted: %s', (path, trusted) => {
  expect(isTrustedPath(path)).toBe(trusted);
});
