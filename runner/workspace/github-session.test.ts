import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { git, writeFiles } from '../git/testing/make-repository.ts';
import { type Fixture, startFixture, succeeds, TOKEN } from './testing/start-fixture.ts';
import type { SessionWorkspace } from './workspace-types.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture({
    'README.md': 'hello\n',
    'src/a.txt': 'a\n',
    '.gitignore': 'ignored/\n',
    'CLAUDE.md': 'be careful\n',
    '.claude/settings.json': '{}\n',
  });
});
afterEach(() => fixture.close());

const REQUEST = {
  message: { subject: 'Do it', body: 'As asked.' },
  author: { name: 'signalbox[bot]', email: '1+signalbox[bot]@users.noreply.github.com' },
  coAuthor: { login: 'ada', id: 7, name: 'Ada', email: null },
};
const read = (workspace: SessionWorkspace, name: string): string =>
  readFileSync(join(workspace.path, name), 'utf8');

async function captureAndCommit(workspace: SessionWorkspace): Promise<string> {
  const captured = succeeds(await workspace.capture());
  const committed = succeeds(await workspace.commit({ ...REQUEST, tree: captured.tree ?? '' }));
  expect(committed.tree).toBe(captured.tree);
  return committed.sha;
}

async function finish(workspace: SessionWorkspace): Promise<string> {
  const sha = await captureAndCommit(workspace);
  expect(await workspace.push({ sha, getToken: fixture.getToken })).toMatchObject({ status: 'pushed' });
  await workspace.release();
  return sha;
}

test('from nothing to a pushed commit with exactly the tree that was captured', async () => {
  const spec = fixture.spec();
  const { workspace, filled } = await fixture.open(spec);
  expect(workspace.path).toBe(join(fixture.dataDir, 'worktrees', spec.sessionId, 'app'));
  const main = git(fixture.origin.bare, 'rev-parse', 'main');
  const expected = { base: main, head: main, branch: 'signalbox/issue-1', resumed: false, remote: 'current' };
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
  const sha = await finish(workspace);
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

test('the next task continues branch, path and work that was not committed', async () => {
  const spec = fixture.spec();
  const first = await fixture.open(spec);
  writeFiles(first.workspace.path, { 'one.txt': 'one\n' });
  const sha = await finish(first.workspace);
  writeFiles(first.workspace.path, { 'left.txt': 'left\n' });

  const second = await fixture.open({ ...spec, taskNumber: 2 }, await fixture.restart());
  expect(second.workspace.path).toBe(first.workspace.path);
  expect(second.filled).toMatchObject({ head: sha, resumed: true, remote: 'current' });
  writeFiles(second.workspace.path, { 'two.txt': 'two\n' });
  expect(succeeds(await second.workspace.capture()).files.map(({ path }) => path)).toEqual([
    'left.txt',
    'two.txt',
  ]);
  const next = await finish(second.workspace);
  expect(git(fixture.origin.bare, 'rev-parse', `${next}^1`)).toBe(sha);
});

test('a branch that moved on the server takes the worktree along, with work that is not committed', async () => {
  const spec = fixture.spec();
  const first = await fixture.open(spec);
  writeFiles(first.workspace.path, { 'one.txt': 'one\n' });
  await finish(first.workspace);
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

test('where that would conflict nothing moves', async () => {
  const spec = fixture.spec();
  const first = await fixture.open(spec);
  writeFiles(first.workspace.path, { 'one.txt': 'one\n' });
  const sha = await finish(first.workspace);
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
  expect(git(workspace.path, 'status', '--porcelain')).toBe('');
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

test('damage that was done to the folder’s git is mended at the next opening', async () => {
  const spec = fixture.spec();
  const first = await fixture.open(spec);
  writeFiles(first.workspace.path, { 'work.txt': 'work\n' });
  const admin = git(first.workspace.path, 'rev-parse', '--absolute-git-dir');
  await first.workspace.release();
  rmSync(join(first.workspace.path, '.git'));
  git(first.workspace.path, 'init', '--quiet');
  writeFileSync(join(admin, 'index.lock'), '');
  writeFileSync(join(admin, 'index'), 'broken');

  const { workspace, filled } = await fixture.open({ ...spec, taskNumber: 2 });
  expect(filled.resumed).toBe(true);
  const sha = await captureAndCommit(workspace);
  expect(git(workspace.path, 'log', '-1', '--format=%H')).toBe(sha);
  expect(git(workspace.path, 'show', '--name-only', '--format=', sha)).toBe('work.txt');
  expect(git(workspace.path, 'status', '--porcelain')).toBe('');
});

test('expected failures have names, and the folder can be filled after them', async () => {
  const { workspaces, repository, getToken } = fixture;
  const spec = fixture.spec();
  const reserved = succeeds(await workspaces.reserve(spec));
  const denied = await reserved.workspace.fetchAndFill({ getToken: async () => null });
  expect(denied).toMatchObject({ ok: false, trouble: 'denied', failure: { kind: 'fetch_failed' } });
  expect(await reserved.workspace.trustedConfig).toBe(false);
  expect(await reserved.workspace.fetchAndFill({ getToken, signal: AbortSignal.abort() })).toMatchObject({
    trouble: 'aborted',
  });
  expect(await reserved.workspace.fetchAndFill({ getToken })).toMatchObject({ ok: true });

  const gone = { type: 'github', repository, ref: { kind: 'branch', base: 'gone' } } as const;
  const other = succeeds(await workspaces.reserve(fixture.spec({ workspace: gone })));
  expect(await other.workspace.fetchAndFill({ getToken })).toMatchObject({ trouble: 'missing_ref' });
  expect(await workspaces.reserve(fixture.spec({ branch: 'main' }))).toMatchObject({
    trouble: 'wrong_branch',
  });
  expect(await workspaces.reserve({ ...spec, taskNumber: 2 })).toMatchObject({ trouble: 'busy' });
  const moved = { ...gone, repository: { ...repository, id: 1 } };
  await reserved.workspace.release();
  expect(await workspaces.reserve({ ...spec, workspace: moved })).toMatchObject({ trouble: 'unsupported' });
});

test('a branch that another session has checked out is refused by name', async () => {
  await fixture.open(fixture.spec());
  const other = succeeds(await fixture.workspaces.reserve(fixture.spec()));
  const result = await other.workspace.fetchAndFill({ getToken: fixture.getToken });
  expect(result).toMatchObject({ trouble: 'branch_in_use', failure: { kind: 'worktree_failed' } });
  expect(JSON.stringify(result)).not.toContain(TOKEN);
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

test('two sessions of one repository, and one of them twice, at once', async () => {
  const specs = [
    fixture.spec({ sessionId: randomUUID(), branch: 'signalbox/a' }),
    fixture.spec({ sessionId: randomUUID(), branch: 'signalbox/b' }),
  ];
  const [a, b] = specs;
  if (a === undefined || b === undefined) throw new Error('Two specs were made');
  const [one, two, again] = await Promise.all([fixture.open(a), fixture.open(b), fixture.open(a)]);
  expect(again.workspace).toBe(one.workspace);
  expect(again.filled).toEqual(one.filled);
  expect(two.workspace.path).not.toBe(one.workspace.path);
  expect([one, two].map(({ workspace }) => read(workspace, 'src/a.txt'))).toEqual(['a\n', 'a\n']);
  const fetches = fixture.server.requests.filter((request) => request.startsWith('GET'));
  expect(fetches.length).toBeLessThanOrEqual(2);
});

test('an object that the mirror lost makes it be fetched anew, with the session’s work kept', async () => {
  const spec = fixture.spec();
  const first = await fixture.open(spec);
  writeFiles(first.workspace.path, { 'work.txt': 'work\n' });
  const sha = await captureAndCommit(first.workspace);
  writeFiles(first.workspace.path, { 'more.txt': 'more\n' });
  await first.workspace.release();
  const moved = fixture.origin.commit('main', { 'src/a.txt': 'moved\n' });
  const mirror = join(fixture.dataDir, 'mirrors/4711.git');
  rmSync(join(mirror, 'HEAD'));

  const { workspace, filled } = await fixture.open({ ...spec, taskNumber: 2 });
  expect(filled).toMatchObject({ base: moved, head: sha, resumed: true });
  expect(read(workspace, 'more.txt')).toBe('more\n');
  expect(git(workspace.path, 'status', '--porcelain')).toBe('?? more.txt');
  const fresh = await fixture.open(fixture.spec({ branch: 'signalbox/other' }));
  expect(read(fresh.workspace, 'src/a.txt')).toBe('moved\n');
});
