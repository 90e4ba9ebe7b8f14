import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Checkpoint } from '../../../protocol/checkpoint.ts';
import { taskIdOf } from '../../../protocol/ids.ts';
import type { Repository, SideRepository } from '../../../protocol/workspace.ts';
import { git, makeOrigin, type Origin } from '../../git/testing/make-repository.ts';
import { openWorkspaces } from '../open-workspaces.ts';
import { type Fixture, startFixture, succeeds } from '../testing/start-fixture.ts';
import type { SessionWorkspace, SideWorkspace, WorkspaceSpec } from '../workspace-types.ts';
import { setWritable } from './protect-tree.ts';

let fixture: Fixture;
let web: Origin;
let design: Origin;
let spec: WorkspaceSpec;

const REQUEST = {
  message: { subject: 'Rename it', body: '' },
  author: { name: 'Signalbox', email: 'bot@example.com' },
  coAuthor: null,
};

function repositoryNamed(name: string, id: number): Repository {
  const url = `${fixture.server.url}/acme/${name}`;
  return { ...fixture.repository, id, name, cloneUrl: `${url}.git`, htmlUrl: url };
}

beforeEach(async () => {
  fixture = await startFixture();
  const served = join(fixture.root, 'served');
  web = makeOrigin(served, 'acme/web.git', { 'page.html': 'old\n' });
  design = makeOrigin(served, 'acme/design.git', { 'colours.txt': 'red\n' });
  const sides: SideRepository[] = [
    { repository: repositoryNamed('web', 4712), access: 'write', base: 'main', branch: 'signalbox/issue-1' },
    { repository: repositoryNamed('design', 4713), access: 'read', base: 'main', branch: null },
  ];
  spec = fixture.spec({ sides });
});
afterEach(async () => {
  await setWritable(fixture.root, true);
  await fixture.close();
});

function sideOf(workspace: SessionWorkspace, access: SideWorkspace['access']): SideWorkspace {
  const side = workspace.sides?.find((one) => one.access === access);
  if (side === undefined) throw new Error(`The session has no repository to ${access}`);
  return side;
}

const at = (side: SideWorkspace, name: string): string => join(side.workspace.path, name);
const textOf = (path: string): string => readFileSync(path, 'utf8');

/** Opens all of them and begins a turn. */
async function begin(from = fixture.workspaces) {
  const { workspace, filled } = await fixture.open(spec, from);
  const kept = succeeds(await workspace.checkpoint(1));
  return { workspace, filled, kept, side: sideOf(workspace, 'write'), readOnly: sideOf(workspace, 'read') };
}

test('each writable repository is committed and pushed from a worktree and a branch of its own', async () => {
  const { workspace, side } = await begin();
  writeFileSync(join(workspace.path, 'README.md'), 'new\n');
  writeFileSync(at(side, 'page.html'), 'new\n');
  const captured = succeeds(await workspace.capture());
  expect(captured.files.map(({ path }) => path)).toEqual(['README.md']);
  expect(captured.sides?.map((one) => one.captured.files.map(({ path }) => path))).toEqual([['page.html']]);
  const tree = captured.sides?.[0]?.captured.tree ?? '';
  const { sha } = succeeds(await side.workspace.commit({ ...REQUEST, tree }));
  const pushed = succeeds(await side.workspace.push({ sha, getToken: fixture.getToken }));
  expect(pushed.status).toBe('pushed');
  expect(git(web.bare, 'show', 'signalbox/issue-1:page.html')).toBe('new');
  expect(git(fixture.origin.bare, 'branch', '--list', 'signalbox/*')).toBe('');
});

test('what is only read can not be written by its owner, and is put back when somebody did all the same', async () => {
  const { workspace, readOnly } = await begin();
  const file = at(readOnly, 'colours.txt');
  expect(statSync(file).mode & 0o222).toBe(0);
  expect(statSync(readOnly.workspace.path).mode & 0o222).toBe(0);
  await setWritable(readOnly.workspace.path, true);
  writeFileSync(file, 'blue\n');
  const captured = succeeds(await workspace.capture());
  expect(captured.putBack).toEqual(['acme/design']);
  expect(captured.changed).toBe(false);
  expect(textOf(file)).toBe('red\n');
  expect(statSync(file).mode & 0o222).toBe(0);
});

test('what is only read follows its base branch from one task to the next', async () => {
  const first = await begin();
  await first.workspace.release();
  design.commit('main', { 'colours.txt': 'green\n' });
  spec = { ...spec, taskNumber: 2 };
  const { readOnly } = await begin();
  expect(textOf(at(readOnly, 'colours.txt'))).toBe('green\n');
});

test('a rejected task is put back in every repository, and each one with work keeps it', async () => {
  const { workspace, side } = await begin();
  writeFileSync(join(workspace.path, 'README.md'), 'new\n');
  writeFileSync(at(side, 'page.html'), 'new\n');
  const reverted = succeeds(await workspace.revert());
  expect(textOf(join(workspace.path, 'README.md'))).toBe('hello\n');
  expect(textOf(at(side, 'page.html'))).toBe('old\n');
  const kept = reverted.sides?.map((one) => one.side.repository.name);
  expect(kept).toEqual(['web']);
  const ref = reverted.sides?.[0]?.kept.ref ?? '';
  expect(git(side.workspace.path, 'show', `${ref}:page.html`)).toBe('new');
});

test('all repositories go back to the same checkpoint', async () => {
  const { workspace, side, kept } = await begin();
  writeFileSync(join(workspace.path, 'README.md'), 'one\n');
  writeFileSync(at(side, 'page.html'), 'one\n');
  const second = succeeds(await workspace.checkpoint(2)).kept;
  writeFileSync(join(workspace.path, 'README.md'), 'two\n');
  writeFileSync(at(side, 'page.html'), 'two\n');
  succeeds(await workspace.restore(second?.ref ?? ''));
  expect([textOf(join(workspace.path, 'README.md')), textOf(at(side, 'page.html'))]).toEqual([
    'one\n',
    'one\n',
  ]);
  succeeds(await workspace.restore(kept.kept?.ref ?? ''));
  expect([textOf(join(workspace.path, 'README.md')), textOf(at(side, 'page.html'))]).toEqual([
    'hello\n',
    'old\n',
  ]);
  expect((await workspace.restore(kept.kept?.sha ?? '')).ok).toBe(false);
});

test('a rescue names each repository that has work', async () => {
  const { workspace, side } = await begin();
  writeFileSync(at(side, 'page.html'), 'half\n');
  const rescued = succeeds(await workspace.rescue());
  expect(rescued.sides?.map((one) => one.side.repository.name)).toEqual(['web']);
  expect(git(side.workspace.path, 'show', `${rescued.sides?.[0]?.kept.ref}:page.html`)).toBe('half');
});

test('a runner that was started anew finds the work in all of them', async () => {
  const { side } = await begin();
  writeFileSync(at(side, 'page.html'), 'half\n');
  const again = await begin(await fixture.restart());
  expect(again.filled.sides?.map(({ resumed }) => resumed)).toEqual([true, true]);
  expect(textOf(at(again.side, 'page.html'))).toBe('half\n');
});

test('another machine goes on from the stored state of all of them', async () => {
  const { workspace, side } = await begin();
  writeFileSync(join(workspace.path, 'README.md'), 'half\n');
  writeFileSync(at(side, 'page.html'), 'half too\n');
  const id = randomUUID();
  const file = join(fixture.root, `${id}.bundle`);
  const { packed } = succeeds(await workspace.pack({ object: null, from: 'disk', id, file, maxBytes: 1e9 }));
  if (packed?.status !== 'packed') throw new Error(`Not packed: ${packed?.status}`);
  const { status: _packed, bytes: bundleBytes, sides: states = [], ...commits } = packed;
  const whole = readFileSync(file);
  expect(whole.length).toBe(bundleBytes + (states[0]?.bundleBytes ?? 0));
  writeFileSync(file, whole.subarray(0, bundleBytes));
  writeFileSync(`${file}.web`, whole.subarray(bundleBytes));
  const checkpoint: Checkpoint = {
    ...{ version: 1, id, epoch: 1, ordinal: 1, turn: 1, madeAt: 1, ...commits, sides: states, bundleBytes },
    ...{ claudeSessionId: null, cwd: workspace.path, messages: [], transcriptBytes: 0, storedAt: 1 },
    ...{ taskId: taskIdOf(spec.sessionId, 1), runnerId: randomUUID(), runnerName: 'first' },
  };
  const sides = states.map((state) => ({ state, bundle: `${file}.web` }));
  const stored = { checkpoint, bundle: file, settle: async () => {}, sides };

  const elsewhere = await openWorkspaces({ ...fixture.deps, dataDir: join(fixture.root, 'elsewhere') });
  const there = succeeds(await elsewhere.reserve(spec)).workspace;
  succeeds(await there.fetchAndFill({ getToken: fixture.getToken, epoch: 2, stored }));
  expect(textOf(join(there.path, 'README.md'))).toBe('half\n');
  expect(textOf(at(sideOf(there, 'write'), 'page.html'))).toBe('half too\n');
  expect(textOf(at(sideOf(there, 'read'), 'colours.txt'))).toBe('red\n');
});

test('each repository is fetched with a token of its own', async () => {
  const { workspace } = succeeds(await fixture.workspaces.reserve(spec));
  const asked: (number | undefined)[] = [];
  const getToken = async (repositoryId?: number): Promise<string | null> => {
    asked.push(repositoryId);
    return fixture.getToken();
  };
  succeeds(await workspace.fetchAndFill({ getToken }));
  expect(new Set(asked)).toEqual(new Set([undefined, 4712, 4713]));
});

test('a repository that can not be fetched fails the task by its name and gives all folders back', async () => {
  rmSync(web.bare, { recursive: true });
  const { workspace } = succeeds(await fixture.workspaces.reserve(spec));
  const filled = await workspace.fetchAndFill({ getToken: fixture.getToken });
  expect(filled.ok ? '' : filled.failure.message).toContain('acme/web');
  await workspace.release();
  expect(succeeds(await fixture.workspaces.reserve({ ...spec, taskNumber: 2 })).ok).toBe(true);
});

test('old worktrees are removed also where nobody may write in them', async () => {
  const { workspace, readOnly } = await begin();
  await workspace.release();
  const limits = { maxAgeMs: -1, maxTotalBytes: 1e12, minIdleMs: -1 };
  const report = await fixture.workspaces.cleanUp(limits);
  expect(report.deleted).toHaveLength(3);
  expect(existsSync(readOnly.workspace.path)).toBe(false);
});
