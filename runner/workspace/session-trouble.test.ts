import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { git, writeFiles } from '../git/testing/make-repository.ts';
import { captureAndCommit, FILES, read } from './testing/finish-task.ts';
import { type Fixture, startFixture, succeeds, TOKEN } from './testing/start-fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture(FILES);
});
afterEach(() => fixture.close());

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

test('a mirror that is no repository any more is fetched anew, with the session’s work kept', async () => {
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

test('objects that the mirror lost are fetched again before anybody notices', async () => {
  const { workspace } = await fixture.open(fixture.spec());
  await workspace.release();
  const objects = join(fixture.dataDir, 'mirrors/4711.git/objects');
  for (const name of readdirSync(objects)) rmSync(join(objects, name), { recursive: true });
  const fresh = await fixture.open(fixture.spec({ branch: 'signalbox/other' }));
  expect(fresh.filled.resumed).toBe(false);
  expect(git(fresh.workspace.path, 'status', '--porcelain')).toBe('');
  expect(git(fresh.workspace.path, 'ls-files').split('\n')).toHaveLength(Object.keys(FILES).length);
});
