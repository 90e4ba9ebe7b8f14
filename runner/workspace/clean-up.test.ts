import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DiskUse } from '../../protocol/control-socket.ts';
import { git, writeFiles } from '../git/testing/make-repository.ts';
import { isOverBound, readDiskUse } from './disk-use.ts';
import { type Fixture, startFixture, succeeds } from './testing/start-fixture.ts';
import type { SessionWorkspace, WorkspaceSpec } from './workspace-types.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture({ 'a.txt': 'a\n', '.gitignore': 'ignored\n' });
});
afterEach(() => fixture.close());

/** Everything is old. */
const ALL = { maxAgeMs: -1, maxTotalBytes: 0, minIdleMs: -1 };
const REQUEST = {
  message: { subject: 'Do it', body: '' },
  author: { name: 'B', email: 'b@x' },
  coAuthor: null,
};

async function work(name: string): Promise<{ spec: WorkspaceSpec; workspace: SessionWorkspace }> {
  const spec = fixture.spec({ branch: `signalbox/${name}` });
  const { workspace } = await fixture.open(spec);
  return { spec, workspace };
}
async function commit(workspace: SessionWorkspace): Promise<string> {
  const { tree } = succeeds(await workspace.capture());
  return succeeds(await workspace.commit({ ...REQUEST, tree: tree ?? '' })).sha;
}

test('what is on the server goes; uncommitted, unpushed and used worktrees stay, and the first two are named', async () => {
  const pushed = await work('pushed');
  writeFiles(pushed.workspace.path, { 'b.txt': 'b\n', ignored: 'x' });
  const sha = await commit(pushed.workspace);
  succeeds(await pushed.workspace.push({ sha, getToken: fixture.getToken }));
  const untouched = await work('untouched');
  const unpushed = await work('unpushed');
  writeFiles(unpushed.workspace.path, { 'b.txt': 'c\n' });
  await commit(unpushed.workspace);
  const uncommitted = await work('uncommitted');
  writeFiles(uncommitted.workspace.path, { 'untracked.txt': 'x\n' });
  const used = await work('used');
  for (const { workspace } of [pushed, untouched, unpushed, uncommitted]) await workspace.release();

  const report = await fixture.workspaces.cleanUp(ALL);
  expect(report.deleted.toSorted()).toEqual([pushed.spec.sessionId, untouched.spec.sessionId].toSorted());
  expect(report.freedBytes).toBeGreaterThan(0);
  expect(report.reported).toEqual([
    { sessionId: unpushed.spec.sessionId, action: 'report', reason: 'age', work: 'unpushed' },
    { sessionId: uncommitted.spec.sessionId, action: 'report', reason: 'age', work: 'uncommitted' },
  ]);
  expect(
    [pushed, untouched, unpushed, uncommitted, used].map(({ workspace }) => existsSync(workspace.path)),
  ).toEqual([false, false, true, true, true]);
});

test('a session whose worktree was removed continues in the same place', async () => {
  const { spec, workspace } = await work('again');
  writeFiles(workspace.path, { 'b.txt': 'b\n' });
  const sha = await commit(workspace);
  succeeds(await workspace.push({ sha, getToken: fixture.getToken }));
  await workspace.release();
  await fixture.workspaces.cleanUp(ALL);
  const again = await fixture.open({ ...spec, taskNumber: 2 });
  expect(again.workspace.path).toBe(workspace.path);
  expect(again.filled).toMatchObject({ head: sha, resumed: false });
  expect(git(again.workspace.path, 'status', '--porcelain')).toBe('');
});

test('a folder that somebody removed from outside is neither work that deletes everything nor in the way', async () => {
  const { spec, workspace } = await work('gone');
  writeFiles(workspace.path, { 'b.txt': 'b\n' });
  await workspace.release();
  rmSync(workspace.path, { recursive: true });
  const again = await fixture.open(spec);
  expect(again.filled).toMatchObject({ resumed: false });
  expect(again.workspace.lineage).toMatchObject({ filled: true, restoredFrom: null });
  expect(succeeds(await again.workspace.capture()).files).toEqual([]);
  expect(git(again.workspace.path, 'status', '--porcelain')).toBe('');
  await again.workspace.release();
  rmSync(workspace.path, { recursive: true });
  expect(await fixture.workspaces.rescueLeft(spec.sessionId, spec.taskNumber)).toEqual({
    ok: true,
    kept: null,
  });
  expect((await fixture.workspaces.cleanUp(ALL)).reported).toEqual([]);
});

test('commits that lie beside the branch count as work', async () => {
  const { workspace } = await work('beside');
  git(workspace.path, 'checkout', '--quiet', '--detach');
  git(workspace.path, 'commit', '--quiet', '--allow-empty', '-m', 'beside');
  await workspace.release();
  expect((await fixture.workspaces.cleanUp(ALL)).reported).toMatchObject([{ work: 'unpushed' }]);
});

test('a repository that somebody made inside, or in place of the link, counts as work', async () => {
  const nested = await work('nested');
  mkdirSync(join(nested.workspace.path, 'empty'));
  git(join(nested.workspace.path, 'empty'), 'init', '--quiet');
  await nested.workspace.release();
  const broken = await work('broken');
  const admin = git(broken.workspace.path, 'rev-parse', '--absolute-git-dir');
  writeFileSync(join(admin, 'HEAD'), 'nonsense');
  await broken.workspace.release();
  const report = await fixture.workspaces.cleanUp(ALL);
  expect(report.deleted).toEqual([]);
  expect(report.reported).toMatchObject([{ work: 'unknown' }, { work: 'unknown' }]);
});

test('of a local repository the committed work is where it belongs, and only the folder goes', async () => {
  const project = join(fixture.root, 'project');
  mkdirSync(project);
  git(project, 'init', '--quiet');
  git(project, 'commit', '--quiet', '--allow-empty', '-m', 'first');
  const spec = fixture.spec({ workspace: { type: 'worktree', path: project } });
  const { workspace } = await fixture.open(spec);
  writeFiles(workspace.path, { 'b.txt': 'b\n' });
  const sha = await commit(workspace);
  await workspace.release();
  expect((await fixture.workspaces.cleanUp(ALL)).deleted).toEqual([spec.sessionId]);
  expect(git(project, 'rev-parse', 'signalbox/issue-1')).toBe(sha);
  expect(git(project, 'worktree', 'list').split('\n')).toHaveLength(1);
});

test('trash that a crash left is removed', async () => {
  const trash = join(fixture.dataDir, 'worktrees/.trash-x-1');
  mkdirSync(trash, { recursive: true });
  writeFileSync(join(trash, 'f'), '');
  await fixture.workspaces.cleanUp(ALL);
  expect(readdirSync(join(fixture.dataDir, 'worktrees'))).toEqual([]);
});

test('tells what the folder holds and what is held back, the largest first, for `disk` to show later', async () => {
  const small = await work('small');
  writeFiles(small.workspace.path, { 'untracked.txt': 'x\n' });
  const large = await work('large');
  writeFiles(large.workspace.path, { 'untracked.txt': 'x'.repeat(1_000_000) });
  await small.workspace.release();
  await large.workspace.release();
  const used = await work('used');
  const { use } = await fixture.workspaces.cleanUp({ ...ALL, maxTotalBytes: 5_000 });
  expect(use).toMatchObject({ maxBytes: 5_000, worktrees: 3, heldBackCount: 3 });
  expect(use.heldBack.map(({ sessionId, why }) => [sessionId, why])).toEqual([
    [large.spec.sessionId, 'uncommitted'],
    ...[
      [small.spec.sessionId, 'uncommitted'],
      [used.spec.sessionId, 'in_use'],
    ].sort((a, b) => bytesOf(use, b[0]) - bytesOf(use, a[0])),
  ]);
  expect(use.mirrorBytes).toBeGreaterThan(0);
  expect(isOverBound(use)).toBe(true);
  expect(await readDiskUse(fixture.dataDir)).toEqual(use);
});

const bytesOf = (use: DiskUse, sessionId = ''): number =>
  use.heldBack.find((one) => one.sessionId === sessionId)?.bytes ?? 0;

test('a mirror with many loose objects is packed when no job uses it, and nothing of a session is lost', async () => {
  const { workspace } = await work('kept');
  writeFiles(workspace.path, { 'new.txt': 'new\n' });
  const sha = await commit(workspace);
  const captured = succeeds(await workspace.capture());
  const mirror = join(fixture.dataDir, 'mirrors', '4711.git');
  const loose = (): number => Number(/^count: (\d+)/m.exec(git(mirror, 'count-objects', '-v'))?.[1]);
  for (let number = 0; number < 5_100; number += 1) writeLooseBlob(mirror, `blob ${number}`);
  expect(loose()).toBeGreaterThan(5_000);
  expect(await fixture.workspaces.tend()).toEqual([]);
  await workspace.release();
  expect(await fixture.workspaces.tend()).toEqual([4711]);
  git(mirror, 'cat-file', '-e', sha);
  git(mirror, 'cat-file', '-e', captured.tree ?? '');
  expect(await fixture.workspaces.cleanUp(ALL)).toMatchObject({ reported: [{ work: 'unpushed' }] });
});

/** As git writes one (gitformat-loose): thousands of processes would take minutes. */
function writeLooseBlob(repository: string, text: string): void {
  const content = Buffer.from(`blob ${Buffer.byteLength(text)}\0${text}`);
  const id = createHash('sha1').update(content).digest('hex');
  const folder = join(repository, 'objects', id.slice(0, 2));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, id.slice(2)), deflateSync(content));
}
