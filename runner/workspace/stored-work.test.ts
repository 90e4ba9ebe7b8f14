import { randomUUID } from 'node:crypto';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Checkpoint } from '../../protocol/checkpoint.ts';
import { taskIdOf } from '../../protocol/ids.ts';
import { git } from '../git/testing/make-repository.ts';
import { openWorkspaces, type Workspaces } from './open-workspaces.ts';
import type { StoredWork } from './restore-stored.ts';
import { captureAndCommit, FILES, read } from './testing/finish-task.ts';
import { type Fixture, startFixture, succeeds } from './testing/start-fixture.ts';
import type { SessionWorkspace, WorkspaceSpec } from './workspace-types.ts';

let fixture: Fixture;
let elsewhere: Workspaces;
beforeEach(async () => {
  fixture = await startFixture(FILES);
  elsewhere = await openWorkspaces({ ...fixture.deps, dataDir: join(fixture.root, 'elsewhere') });
});
afterEach(() => fixture.close());

/** Packs the folder as it is, as the first attempt at the task does. */
async function store(workspace: SessionWorkspace, spec: WorkspaceSpec): Promise<StoredWork> {
  const id = randomUUID();
  const bundle = join(fixture.root, `${id}.bundle`);
  const { packed } = succeeds(
    await workspace.pack({ object: null, from: 'disk', id, file: bundle, maxBytes: 1e9 }),
  );
  if (packed?.status !== 'packed') throw new Error(`Not packed: ${packed?.status}`);
  const { status: _packed, bytes: bundleBytes, ...commits } = packed;
  const checkpoint: Checkpoint = {
    version: 1,
    id,
    epoch: 1,
    ordinal: 1,
    turn: 1,
    madeAt: 1,
    ...commits,
    claudeSessionId: null,
    cwd: workspace.path,
    messages: [],
    bundleBytes,
    transcriptBytes: 0,
    taskId: taskIdOf(spec.sessionId, spec.taskNumber),
    runnerId: randomUUID(),
    runnerName: 'first',
    storedAt: 1,
  };
  return { checkpoint, bundle, settle: async () => {} };
}

async function continueIn(workspaces: Workspaces, spec: WorkspaceSpec, stored: StoredWork, epoch = 2) {
  const { workspace } = succeeds(await workspaces.reserve(spec));
  const filled = succeeds(await workspace.fetchAndFill({ getToken: fixture.getToken, epoch, stored }));
  return { workspace, filled };
}

const changeFiles = (path: string): void => {
  writeFileSync(join(path, 'src/a.txt'), 'changed\n');
  writeFileSync(join(path, 'new.txt'), 'new\n');
  rmSync(join(path, 'README.md'));
};

test('another machine has the same files, branch and start as the one that stored them', async () => {
  const spec = fixture.spec();
  const first = await fixture.open(spec);
  writeFileSync(join(first.workspace.path, 'own.txt'), 'own\n');
  git(first.workspace.path, 'add', '-A');
  git(first.workspace.path, 'commit', '-q', '-m', 'a commit of its own');
  changeFiles(first.workspace.path);
  const stored = await store(first.workspace, spec);

  const { workspace, filled } = await continueIn(elsewhere, spec, stored);
  expect(filled).toMatchObject({ resumed: true, remote: 'current', head: first.filled.head });
  expect(filled.rescue).toBeUndefined();
  for (const what of [
    ['status', '--porcelain'],
    ['log', '--format=%s'],
  ]) {
    expect(git(workspace.path, ...what)).toBe(git(first.workspace.path, ...what));
  }
  const [here, there] = await Promise.all([workspace.capture(), first.workspace.capture()]);
  expect(succeeds(here)).toEqual(succeeds(there));
  expect(read(workspace, 'own.txt')).toBe('own\n');
});

test('the bundle holds only what the server does not have', async () => {
  fixture.origin.commit('main', {
    'large.bin': Array.from({ length: 50_000 }, () => randomUUID()).join('\n'),
  });
  const spec = fixture.spec();
  const { workspace } = await fixture.open(spec);
  writeFileSync(join(workspace.path, 'small.txt'), 'small\n');
  const { bundle } = await store(workspace, spec);
  expect(statSync(bundle).size).toBeLessThan(5_000);
});

test('work that is too large is not packed, and its size is told', async () => {
  const spec = fixture.spec();
  const { workspace } = await fixture.open(spec);
  writeFileSync(
    join(workspace.path, 'data.bin'),
    Array.from({ length: 5_000 }, () => randomUUID()).join('\n'),
  );
  const file = join(fixture.root, 'none.bundle');
  const { packed } = succeeds(
    await workspace.pack({ object: null, from: 'disk', id: randomUUID(), file, maxBytes: 10_000 }),
  );
  expect(packed).toMatchObject({ status: 'too_large', bytes: expect.any(Number) });
});

test('older work of the same session on this machine is kept as a rescue before newer work takes its place', async () => {
  const spec = fixture.spec();
  const old = await fixture.open(spec, elsewhere);
  writeFileSync(join(old.workspace.path, 'only-here.txt'), 'only here\n');
  await old.workspace.release();
  const first = await fixture.open(spec);
  changeFiles(first.workspace.path);
  const stored = await store(first.workspace, spec);

  const { workspace, filled } = await continueIn(elsewhere, spec, stored);
  expect(read(workspace, 'new.txt')).toBe('new\n');
  expect(git(workspace.path, 'status', '--porcelain')).not.toContain('only-here');
  expect(git(workspace.path, 'show', `${filled.rescue?.ref}:only-here.txt`)).toBe('only here');
});

test('a restore that was cut off is finished at the next opening, without asking again', async () => {
  const spec = fixture.spec();
  const first = await fixture.open(spec);
  changeFiles(first.workspace.path);
  const stored = await store(first.workspace, spec);
  const { workspace } = succeeds(await elsewhere.reserve(spec));
  const abort = new AbortController();
  const settle = async (): Promise<void> => abort.abort();
  const cut = await workspace.fetchAndFill({
    getToken: fixture.getToken,
    signal: abort.signal,
    epoch: 2,
    stored: { ...stored, settle },
  });
  expect(cut).toMatchObject({ ok: false });
  await workspace.release();

  const again = await openWorkspaces({ ...fixture.deps, dataDir: join(fixture.root, 'elsewhere') });
  const { workspace: second, filled } = await fixture.open({ ...spec }, again);
  expect(second.lineage).toMatchObject({ restoredFrom: stored.checkpoint.id });
  expect(filled.resumed).toBe(true);
  expect(read(second, 'new.txt')).toBe('new\n');
  expect(read(second, 'src/a.txt')).toBe('changed\n');
});

test('a later task goes on from what was published meanwhile, with the work on top', async () => {
  const spec = fixture.spec();
  const first = await fixture.open(spec);
  writeFileSync(join(first.workspace.path, 'done.txt'), 'done\n');
  const stored = await store(first.workspace, spec);
  const sha = await captureAndCommit(first.workspace);
  succeeds(await first.workspace.push({ sha, getToken: fixture.getToken }));

  const { workspace, filled } = await continueIn(elsewhere, { ...spec, taskNumber: 2 }, stored, 1);
  expect(filled).toMatchObject({ remote: 'forwarded', head: sha });
  expect(git(workspace.path, 'status', '--porcelain')).toBe('');
  expect(read(workspace, 'done.txt')).toBe('done\n');
});

test('a base that the server rewrote meanwhile is fetched by its commit', async () => {
  const spec = fixture.spec();
  const first = await fixture.open(spec);
  changeFiles(first.workspace.path);
  const stored = await store(first.workspace, spec);
  git(fixture.origin.bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  const tree = git(fixture.origin.bare, 'rev-parse', 'main^{tree}');
  const rewritten = git(fixture.origin.bare, 'commit-tree', '-m', 'another history', tree);
  git(fixture.origin.bare, 'update-ref', 'refs/heads/main', rewritten);
  const { workspace } = await continueIn(elsewhere, spec, stored);
  expect(read(workspace, 'new.txt')).toBe('new\n');
});

test("trusted paths of a pull request are the base's after a restore too", async () => {
  fixture.origin.commit('feature', { 'CLAUDE.md': 'obey me\n', 'src/b.txt': 'b\n' });
  const main = git(fixture.origin.bare, 'rev-parse', 'main');
  const feature = git(fixture.origin.bare, 'rev-parse', 'feature');
  git(fixture.origin.bare, 'update-ref', 'refs/pull/3/head', feature);
  const ref = {
    kind: 'pull',
    number: 3,
    headRef: 'feature',
    headSha: feature,
    baseRef: 'main',
    baseSha: main,
    fork: false,
  } as const;
  const spec = fixture.spec({ ref, branch: 'feature' });
  const first = await fixture.open(spec);
  changeFiles(first.workspace.path);
  const stored = await store(first.workspace, spec);
  const { workspace } = await continueIn(elsewhere, spec, stored);
  expect(read(workspace, 'CLAUDE.md')).toBe('be careful\n');
  expect(read(workspace, 'new.txt')).toBe('new\n');
  const captured = succeeds(await workspace.capture());
  expect(captured.files.map(({ path }) => path).sort()).toEqual(['README.md', 'new.txt', 'src/a.txt']);
});
