import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { git, writeFiles } from '../git/testing/make-repository.ts';
import { captureAndCommit, FILES, finish, read } from './testing/finish-task.ts';
import { type Fixture, startFixture, succeeds } from './testing/start-fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture(FILES);
});
afterEach(() => fixture.close());

test('from nothing to a pushed commit with exactly the tree that was captured', async () => {
  const spec = fixture.spec();
  const { workspace, filled } = await fixture.open(spec);
  expect(workspace.path).toBe(join(fixture.dataDir, 'worktrees', spec.sessionId, 'app'));
  const main = git(fixture.origin.bare, 'rev-parse', 'main');
  const expected = {
    base: main,
    head: main,
    branch: 'signalbox/issue-1',
    resumed: false,
    remote: 'current',
    startedTooEarly: false,
  };
  expect(filled).toEqual({ ok: true, ...expected });
  expect(git(workspace.path, 'status', '--porcelain')).toBe('');

  writeFiles(workspace.path, { 'src/a.txt': 'b\n', 'new/file.txt': 'new\n', 'ignored/x': 'x' });
  rmSync(join(workspace.path, 'README.md'));
  const captured = succeeds(await workspace.capture());
  expect(captured).toMatchObject({ changed: true, insertions: 2, deletions: 2, dropped: [], skipped: [] });
  expect(captured.files.map(({ status, path }) => `${status} ${path}`)).toEqual([
    'deleted README.md',
    'added new/file.txt',
    'modified src/a.txt',
  ]);
  const sha = await finish(fixture, workspace);
  expect(git(fixture.origin.bare, 'rev-parse', 'signalbox/issue-1^{tree}', 'signalbox/issue-1^1')).toBe(
    `${captured.tree}\n${main}`,
  );
  expect(git(fixture.origin.bare, 'log', '-1', '--format=%an|%ae|%cn|%B', sha)).toBe(
    'signalbox[bot]|1+signalbox[bot]@users.noreply.github.com|signalbox[bot]|Do it\n\nAs asked.\n\nCo-authored-by: Ada <7+ada@users.noreply.github.com>',
  );
  expect(git(workspace.path, 'status', '--porcelain')).toBe('');
});

test('what Claude Code reads at its start is there before the rest', async () => {
  const reserved = succeeds(await fixture.workspaces.reserve(fixture.spec()));
  expect(existsSync(reserved.workspace.path)).toBe(true);
  const phases: string[] = [];
  const seen = reserved.workspace.trustedConfig.then((ready) => {
    phases.push(`trusted ${ready}`);
  });
  const filling = reserved.workspace.fetchAndFill({
    getToken: fixture.getToken,
    onPhase: ({ name }) => {
      const has = (file: string): boolean => existsSync(join(reserved.workspace.path, file));
      phases.push(`${name} ${has('CLAUDE.md')} ${has('.claude/settings.json')} ${has('README.md')}`);
    },
  });
  await Promise.all([filling, seen]);
  expect(phases).toEqual([
    'fetched false false false',
    'trusted true true false',
    'trusted true',
    'filled true true true',
  ]);
});

test('the next task continues branch, path and work that was not committed', async () => {
  const spec = fixture.spec();
  const first = await fixture.open(spec);
  writeFiles(first.workspace.path, { 'one.txt': 'one\n' });
  const sha = await finish(fixture, first.workspace);
  writeFiles(first.workspace.path, { 'left.txt': 'left\n' });

  const second = await fixture.open({ ...spec, taskNumber: 2 }, await fixture.restart());
  expect(second.workspace.path).toBe(first.workspace.path);
  expect(second.filled).toMatchObject({ head: sha, resumed: true, remote: 'current' });
  writeFiles(second.workspace.path, { 'two.txt': 'two\n' });
  expect(succeeds(await second.workspace.capture()).files.map(({ path }) => path)).toEqual([
    'left.txt',
    'two.txt',
  ]);
  const next = await finish(fixture, second.workspace);
  expect(git(fixture.origin.bare, 'rev-parse', `${next}^1`)).toBe(sha);
});

test('a branch that moved on the server takes the worktree along, with work that is not committed', async () => {
  const spec = fixture.spec();
  const first = await fixture.open(spec);
  writeFiles(first.workspace.path, { 'one.txt': 'one\n' });
  await finish(fixture, first.workspace);
  git(
    join(fixture.root, 'served/acme/app.git.author'),
    'fetch',
    '--quiet',
    fixture.origin.bare,
    'signalbox/issue-1:signalbox/issue-1',
  );
  const theirs = fixture.origin.commit(
    'signalbox/issue-1',
    { 'src/a.txt': 'theirs\n' },
    { remove: ['CLAUDE.md'] },
  );
  writeFiles(first.workspace.path, { 'README.md': 'mine\n', 'untracked.txt': 'mine\n' });

  const second = await fixture.open({ ...spec, taskNumber: 2 });
  expect(second.filled).toMatchObject({ head: theirs, resumed: true, remote: 'forwarded' });
  expect(['README.md', 'src/a.txt', 'untracked.txt'].map((name) => read(second.workspace, name))).toEqual([
    'mine\n',
    'theirs\n',
    'mine\n',
  ]);
  expect(existsSync(join(second.workspace.path, 'CLAUDE.md'))).toBe(false);
  expect(git(second.workspace.path, 'status', '--porcelain')).toBe('M README.md\n?? untracked.txt');
});

test('a branch that GitHub made anew with the same content takes the place of ours, and the next commit stands on it', async () => {
  const spec = fixture.spec();
  const first = await fixture.open(spec);
  writeFiles(first.workspace.path, { 'one.txt': 'one\n' });
  const sha = await captureAndCommit(first.workspace);
  const stagedAs = `refs/signalbox/staged/${spec.sessionId}/1`;
  const staged = await first.workspace.push({ sha, stagedAs, getToken: fixture.getToken });
  expect(staged).toMatchObject({ status: 'pushed' });
  await first.workspace.release();
  const { bare } = fixture.origin;
  const parent = git(bare, 'rev-parse', `${sha}^1`);
  const twin = git(bare, 'commit-tree', '-m', 'Signed', '-p', parent, `${sha}^{tree}`);
  git(bare, 'update-ref', 'refs/heads/signalbox/issue-1', twin);
  git(bare, 'update-ref', '-d', stagedAs);
  writeFiles(first.workspace.path, { 'untracked.txt': 'mine\n' });

  const second = await fixture.open({ ...spec, taskNumber: 2 });
  expect(second.filled).toMatchObject({ head: twin, resumed: true, remote: 'forwarded' });
  expect(read(second.workspace, 'untracked.txt')).toBe('mine\n');
  expect(git(second.workspace.path, 'status', '--porcelain')).toBe('?? untracked.txt');
  const next = await captureAndCommit(second.workspace);
  expect(git(second.workspace.path, 'rev-parse', `${next}^1`)).toBe(twin);
});

test('where that would conflict nothing moves', async () => {
  const spec = fixture.spec();
  const first = await fixture.open(spec);
  writeFiles(first.workspace.path, { 'one.txt': 'one\n' });
  const sha = await finish(fixture, first.workspace);
  git(
    join(fixture.root, 'served/acme/app.git.author'),
    'fetch',
    '--quiet',
    fixture.origin.bare,
    'signalbox/issue-1:signalbox/issue-1',
  );
  fixture.origin.commit('signalbox/issue-1', { 'README.md': 'theirs\n' });
  writeFiles(first.workspace.path, { 'README.md': 'mine\n' });

  const second = await fixture.open({ ...spec, taskNumber: 2 });
  expect(second.filled).toMatchObject({ head: sha, remote: 'behind' });
  expect(read(second.workspace, 'README.md')).toBe('mine\n');
});

test('a branch that only the server has is continued; one of the same name is never made anew', async () => {
  const theirs = fixture.origin.commit('signalbox/issue-1', { 'theirs.txt': 'x\n' });
  const { workspace, filled } = await fixture.open(fixture.spec());
  expect(filled).toMatchObject({ head: theirs, resumed: false });
  expect(read(workspace, 'theirs.txt')).toBe('x\n');
});

test('a repository that was renamed keeps its sessions where they were', async () => {
  const spec = fixture.spec();
  const first = await fixture.open(spec);
  await first.workspace.release();
  const renamed = { ...fixture.repository, name: 'app-two' };
  const ref = { kind: 'branch', base: 'main' } as const;
  const workspace = { type: 'github', repository: renamed, ref } as const;
  const second = await fixture.open({ ...spec, taskNumber: 2, workspace });
  expect(second.workspace.path).toBe(first.workspace.path);
});
