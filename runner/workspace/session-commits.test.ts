import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { git, writeFiles } from '../git/testing/make-repository.ts';
import { captureAndCommit, FILES, REQUEST, read } from './testing/finish-task.ts';
import { type Fixture, startFixture, succeeds } from './testing/start-fixture.ts';
import type { SessionWorkspace } from './workspace-types.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture(FILES);
});
afterEach(() => fixture.close());

test('an edit in the second of the checkout that keeps the size is seen, also in a later second', async () => {
  const second = (): number => Math.floor(Date.now() / 1_000);
  const nextSecond = async (from: number): Promise<void> => {
    while (second() === from) await sleep(5);
  };
  let edited: { workspace: SessionWorkspace; at: number } | null = null;
  // A busy machine may need more than one try to do both within a second.
  for (let number = 0; edited === null; number += 1) {
    await nextSecond(second());
    const at = second();
    const { workspace } = await fixture.open(fixture.spec({ branch: `signalbox/${number}` }));
    writeFileSync(join(workspace.path, 'README.md'), 'hellO\n');
    if (second() === at) edited = { workspace, at };
  }
  const { workspace, at } = edited;
  await nextSecond(at);
  expect(succeeds(await workspace.capture()).files.map(({ path }) => path)).toEqual(['README.md']);
});

test('commits that Claude made itself become one, and are kept', async () => {
  const { workspace, filled } = await fixture.open(fixture.spec());
  writeFiles(workspace.path, { 'one.txt': 'one\n' });
  git(workspace.path, 'add', '--all');
  git(workspace.path, 'commit', '--quiet', '-m', 'mine');
  const own = git(workspace.path, 'rev-parse', 'HEAD');
  git(workspace.path, 'checkout', '--quiet', '--detach');
  writeFiles(workspace.path, { 'two.txt': 'two\n' });

  const { tree } = succeeds(await workspace.capture());
  const committed = succeeds(await workspace.commit({ ...REQUEST, tree: tree ?? '' }));
  expect(committed.squashed?.sha).toBe(own);
  expect(git(workspace.path, 'rev-parse', `${committed.sha}^1`)).toBe(filled.head);
  expect(git(workspace.path, 'symbolic-ref', 'HEAD')).toBe('refs/heads/signalbox/issue-1');
  await workspace.settled();
  expect(git(workspace.path, 'status', '--porcelain')).toBe('');
});

test('commits that Claude made itself are kept where several are wanted, made of approved content alone', async () => {
  const { workspace, filled } = await fixture.open(fixture.spec());
  const commitAll = (message: string): void => {
    git(workspace.path, 'add', '--all');
    git(workspace.path, 'commit', '--quiet', '-m', message);
  };
  writeFiles(workspace.path, { 'one.txt': 'draft\n', 'secret.txt': 'taken back\n' });
  commitAll('Begin with one');
  writeFiles(workspace.path, { 'two.txt': 'two\n' });
  rmSync(join(workspace.path, 'secret.txt'));
  rmSync(join(workspace.path, 'README.md'));
  commitAll('Add two\n\nFor @ada, closes #3.\n\nCo-authored-by: Mallory <m@example.com>');
  const own = git(workspace.path, 'rev-parse', 'HEAD');
  writeFiles(workspace.path, { 'one.txt': 'one\n', 'rest.txt': 'rest\n' });

  const { tree } = succeeds(await workspace.capture());
  const several = { clean: (message: string) => message.replace('@', 'at ') };
  const committed = succeeds(await workspace.commit({ ...REQUEST, tree: tree ?? '', several }));
  expect(committed).toMatchObject({ tree, commits: 3, squashed: { sha: own } });
  const log = git(workspace.path, 'log', '--reverse', '--format=%s|%ae', `${filled.head}..${committed.sha}`);
  const bot = REQUEST.author.email;
  expect(log.split('\n')).toEqual([`Begin with one|${bot}`, `Add two|${bot}`, `Do it|${bot}`]);
  const first = git(workspace.path, 'rev-parse', `${committed.sha}~2`);
  // Approved content, not what it was then; what was taken back is nowhere.
  expect(git(workspace.path, 'show', `${first}:one.txt`)).toBe('one');
  expect(git(workspace.path, 'log', '--all-match', '--format=%H', committed.sha, '--', 'secret.txt')).toBe(
    '',
  );
  expect(git(workspace.path, 'diff', '--name-only', first, `${committed.sha}~1`)).toBe('README.md\ntwo.txt');
  expect(git(workspace.path, 'diff', '--name-only', `${committed.sha}~1`, committed.sha)).toBe('rest.txt');
  const message = git(workspace.path, 'log', '-1', '--format=%B', `${committed.sha}~1`);
  expect(message).toContain('For at ada, closes #3.');
  expect(message).not.toContain('Mallory');
  expect(message).toContain('Co-authored-by: Ada <7+ada@users.noreply.github.com>');
  await workspace.settled();
  expect(git(workspace.path, 'status', '--porcelain')).toBe('');
});

test('without commits of Claude’s there is one commit, also where several are wanted', async () => {
  const { workspace } = await fixture.open(fixture.spec());
  writeFiles(workspace.path, { 'one.txt': 'one\n' });
  const { tree } = succeeds(await workspace.capture());
  const several = { clean: (message: string) => message };
  const committed = succeeds(await workspace.commit({ ...REQUEST, tree: tree ?? '', several }));
  expect(committed).toMatchObject({ commits: 1, squashed: null });
});

test('committing the same again gives the same commit; the unchanged tree gives none', async () => {
  const { workspace, filled } = await fixture.open(fixture.spec());
  const before = succeeds(await workspace.capture());
  expect(before).toMatchObject({ changed: false, files: [], patch: { text: '', bytes: 0, cut: false } });
  expect(succeeds(await workspace.commit({ ...REQUEST, tree: before.tree ?? '' }))).toMatchObject({
    changed: false,
    sha: filled.head,
  });
  writeFiles(workspace.path, { 'one.txt': 'one\n' });
  expect(await captureAndCommit(workspace)).toBe(await captureAndCommit(workspace));
});

test('a second commit of a task stands on the one that was pushed', async () => {
  const { workspace } = await fixture.open(fixture.spec());
  writeFiles(workspace.path, { 'one.txt': 'one\n' });
  const first = await captureAndCommit(workspace);
  expect(await workspace.push({ sha: first, getToken: fixture.getToken })).toMatchObject({
    status: 'pushed',
  });
  writeFiles(workspace.path, { 'two.txt': 'two\n' });
  const second = await captureAndCommit(workspace);
  expect(git(workspace.path, 'rev-parse', `${second}^1`)).toBe(first);
  expect(await workspace.push({ sha: second, getToken: fixture.getToken })).toMatchObject({
    status: 'pushed',
  });
});

test('a checkpoint holds everything but what is ignored, and touches nothing', async () => {
  const { workspace } = await fixture.open(fixture.spec());
  writeFiles(workspace.path, { 'src/a.txt': 'staged\n', 'untracked.txt': 'x\n', 'ignored/x': 'x' });
  git(workspace.path, 'add', 'src/a.txt');
  writeFiles(workspace.path, { 'src/a.txt': 'not staged\n' });
  const status = git(workspace.path, 'status', '--porcelain');
  const { kept } = succeeds(await workspace.checkpoint(3));
  expect(kept?.ref).toMatch(/^refs\/signalbox\/checkpoints\/[0-9a-f-]{36}\/1-3$/);
  const show = (name: string): string => git(workspace.path, 'show', `${kept?.ref}:${name}`);
  expect([show('src/a.txt'), show('untracked.txt')]).toEqual(['not staged', 'x']);
  expect(git(workspace.path, 'ls-tree', '-r', '--name-only', kept?.ref ?? '')).not.toContain('ignored');
  expect(git(workspace.path, 'status', '--porcelain')).toBe(status);
});

test('a checkpoint of what was just written needs no look at the files', async () => {
  const { workspace } = await fixture.open(fixture.spec());
  const { kept } = succeeds(await workspace.checkpoint(1, { untouched: true }));
  expect(git(workspace.path, 'diff', '--name-only', 'HEAD', kept?.sha ?? '')).toBe('');
  writeFiles(workspace.path, { 'late.txt': 'late\n' });
  const next = succeeds(await workspace.checkpoint(2, { untouched: true }));
  expect(git(workspace.path, 'diff', '--name-only', 'HEAD', next.kept?.sha ?? '')).toBe('late.txt');
});

test('a turn that is run again keeps its first checkpoint', async () => {
  const { workspace } = await fixture.open(fixture.spec());
  const before = succeeds(await workspace.checkpoint(1));
  writeFiles(workspace.path, { 'half.txt': 'half\n' });
  expect(succeeds(await workspace.checkpoint(1))).toEqual(before);
});

test('a restored checkpoint has its files and its branch again, and what was there is kept', async () => {
  const { workspace, filled } = await fixture.open(fixture.spec());
  writeFiles(workspace.path, { 'good.txt': 'good\n' });
  const { kept } = succeeds(await workspace.checkpoint(1));
  writeFiles(workspace.path, { 'good.txt': 'spoilt\n', 'bad/file.txt': 'bad\n', 'ignored/x': 'x' });
  rmSync(join(workspace.path, 'src'), { recursive: true });
  await captureAndCommit(workspace);

  const { rescue } = succeeds(await workspace.restore(kept?.ref ?? ''));
  expect(read(workspace, 'good.txt')).toBe('good\n');
  expect(existsSync(join(workspace.path, 'bad'))).toBe(false);
  expect(existsSync(join(workspace.path, 'ignored/x'))).toBe(true);
  expect(git(workspace.path, 'rev-parse', 'HEAD')).toBe(filled.head);
  expect(git(workspace.path, 'status', '--porcelain')).toBe('?? good.txt');
  expect(git(workspace.path, 'show', `${rescue?.ref}:good.txt`)).toBe('spoilt');
});

test('a second rescue of a task loses nothing of the first', async () => {
  const { workspace } = await fixture.open(fixture.spec());
  writeFiles(workspace.path, { 'one.txt': 'one\n' });
  const first = succeeds(await workspace.rescue());
  expect(succeeds(await workspace.rescue())).toEqual(first);
  rmSync(join(workspace.path, 'one.txt'));
  writeFiles(workspace.path, { 'two.txt': 'two\n' });
  const second = succeeds(await workspace.rescue());
  expect(git(workspace.path, 'merge-base', first.kept?.sha ?? '', second.kept?.sha ?? '')).toBe(
    first.kept?.sha,
  );
});

test('a branch that somebody moved during the task: rejected, rebased, pushed', async () => {
  const { workspace } = await fixture.open(fixture.spec());
  const theirs = fixture.origin.commit('signalbox/issue-1', { 'theirs.txt': 'x\n' });
  writeFiles(workspace.path, { 'mine.txt': 'mine\n' });
  const sha = await captureAndCommit(workspace);
  const { getToken } = fixture;
  expect(await workspace.push({ sha, getToken })).toMatchObject({ status: 'rejected', remoteSha: theirs });
  writeFiles(workspace.path, { 'later.txt': 'later\n' });

  const rebased = succeeds(await workspace.rebase({ sha, getToken }));
  if (rebased.status !== 'rebased') throw new Error(`Expected a rebase and got ${rebased.status}`);
  expect(git(workspace.path, 'rev-parse', 'HEAD', 'HEAD^1')).toBe(`${rebased.sha}\n${theirs}`);
  expect(git(workspace.path, 'log', '-1', '--format=%an|%s')).toBe('signalbox[bot]|Do it');
  expect(['theirs.txt', 'mine.txt', 'later.txt'].map((name) => read(workspace, name))).toEqual([
    'x\n',
    'mine\n',
    'later\n',
  ]);
  expect(git(workspace.path, 'status', '--porcelain')).toBe('?? later.txt');
  expect(await workspace.push({ sha: rebased.sha, getToken })).toMatchObject({ status: 'pushed' });
  expect(succeeds(await workspace.capture()).files.map(({ path }) => path)).toEqual([
    'later.txt',
    'mine.txt',
  ]);
});

test('a rebase that conflicts changes nothing and names the files', async () => {
  const { workspace } = await fixture.open(fixture.spec());
  fixture.origin.commit('signalbox/issue-1', { 'README.md': 'theirs\n' });
  writeFiles(workspace.path, { 'README.md': 'mine\n' });
  const sha = await captureAndCommit(workspace);
  expect(await workspace.rebase({ sha, getToken: fixture.getToken })).toEqual({
    ok: true,
    status: 'conflict',
    paths: ['README.md'],
  });
  expect(read(workspace, 'README.md')).toBe('mine\n');
  expect(git(workspace.path, 'rev-parse', 'HEAD')).toBe(sha);
});

test('a repository inside the worktree does not stop the capture and is named', async () => {
  const { workspace } = await fixture.open(fixture.spec());
  for (const name of ['empty', 'nested']) {
    mkdirSync(join(workspace.path, name));
    git(join(workspace.path, name), 'init', '--quiet');
  }
  git(join(workspace.path, 'nested'), 'commit', '--quiet', '--allow-empty', '-m', 'x');
  writeFiles(workspace.path, { 'one.txt': 'one\n' });
  const captured = succeeds(await workspace.capture());
  expect(captured.files.map(({ path }) => path)).toEqual(['one.txt']);
  expect(captured.skipped).toEqual(['empty/', 'nested']);
});

test('a diff bigger than its limit is cut at a line and says how big it is', async () => {
  const { workspace } = await fixture.open(fixture.spec());
  writeFiles(workspace.path, { 'big.txt': 'é'.repeat(49).concat('\n').repeat(4_000), bin: 'a\0b' });
  const captured = succeeds(await workspace.capture());
  expect(captured.patch.cut).toBe(true);
  expect(captured.patch.text.endsWith('é\n')).toBe(true);
  expect(Buffer.byteLength(captured.patch.text)).toBeLessThanOrEqual(200_000);
  expect(captured.patch.bytes).toBeGreaterThan(390_000);
  expect(captured).toMatchObject({ insertions: 4_000, deletions: 0 });
  expect(captured.files.find(({ path }) => path === 'bin')).toMatchObject({
    insertions: null,
    deletions: null,
  });
});
