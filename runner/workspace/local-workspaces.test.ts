import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KeyedQueue } from '../git/serialize-by-key.ts';
import { git, writeFiles } from '../git/testing/make-repository.ts';
import { FolderSession } from './folder-session.ts';
import { type Fixture, startFixture, succeeds } from './testing/start-fixture.ts';

let fixture: Fixture;
let project: string;
beforeEach(async () => {
  fixture = await startFixture();
  project = join(fixture.root, 'project');
  mkdirSync(project);
});
afterEach(() => fixture.close());

function makeProject(): string {
  git(project, 'init', '--quiet', '-b', 'main');
  writeFiles(project, { 'a.txt': 'a\n', '.gitignore': 'ignored\n' });
  git(project, 'add', '--all');
  git(project, 'commit', '--quiet', '-m', 'first');
  return git(project, 'rev-parse', 'HEAD');
}
const REQUEST = {
  message: { subject: 'Do it', body: '' },
  author: { name: 'B', email: 'b@x' },
  coAuthor: null,
};

test('a worktree of a local repository: on a branch there, and the folder itself is untouched', async () => {
  const head = makeProject();
  writeFiles(project, { 'a.txt': 'being edited\n' });
  const workspace = { type: 'worktree', path: project } as const;
  const { workspace: session, filled } = await fixture.open(fixture.spec({ workspace, branch: null }));
  expect(filled).toMatchObject({ base: head, head, resumed: false });
  expect(filled.branch).toMatch(/^signalbox\/[0-9a-f]{8}$/);
  writeFiles(session.path, { 'b.txt': 'b\n' });
  const { tree } = succeeds(await session.capture());
  const { sha } = succeeds(await session.commit({ ...REQUEST, tree: tree ?? '' }));
  expect(git(project, 'rev-parse', filled.branch ?? '')).toBe(sha);
  expect(git(project, 'status', '--porcelain')).toBe('M a.txt');
  expect(git(project, 'branch', '--show-current')).toBe('main');
  expect(await session.push({ sha, getToken: fixture.getToken })).toMatchObject({
    ok: false,
    trouble: 'unsupported',
  });
  expect(fixture.server.requests).toEqual([]);
});

test('a worktree starts from the base that was asked for, and honours what is only ignored there', async () => {
  makeProject();
  git(project, 'checkout', '--quiet', '-b', 'dev');
  git(project, 'commit', '--quiet', '--allow-empty', '-m', 'dev');
  const dev = git(project, 'rev-parse', 'dev');
  git(project, 'checkout', '--quiet', 'main');
  writeFiles(join(project, '.git/info'), { exclude: 'secret.txt\n' });
  const workspace = { type: 'worktree', path: project, baseRef: 'dev' } as const;
  const { workspace: session, filled } = await fixture.open(fixture.spec({ workspace }));
  expect(filled.head).toBe(dev);
  writeFiles(session.path, { 'secret.txt': 'x', 'b.txt': 'b\n' });
  expect(succeeds(await session.capture()).files.map(({ path }) => path)).toEqual(['b.txt']);
});

test('a place that is no folder, no repository or has no commit is refused by name', async () => {
  const fill = async (path: string, baseRef?: string): Promise<unknown> => {
    const workspace = { type: 'worktree', path, ...(baseRef === undefined ? {} : { baseRef }) } as const;
    const reserved = succeeds(await fixture.workspaces.reserve(fixture.spec({ workspace })));
    return reserved.workspace.fetchAndFill({ getToken: fixture.getToken });
  };
  expect(await fill(join(fixture.root, 'nowhere'))).toMatchObject({ trouble: 'wrong_path' });
  expect(await fill(project)).toMatchObject({ trouble: 'wrong_path' });
  git(project, 'init', '--quiet');
  expect(await fill(project)).toMatchObject({ trouble: 'no_base' });
  expect(await fill(project, 'gone')).toMatchObject({ trouble: 'no_base' });
  const local = { type: 'local', path: join(fixture.root, 'nowhere') } as const;
  expect(await fixture.workspaces.reserve(fixture.spec({ workspace: local, branch: null }))).toMatchObject({
    trouble: 'wrong_path',
  });
  const sandbox = { type: 'e2b', template: 'x' } as const;
  expect(await fixture.workspaces.reserve(fixture.spec({ workspace: sandbox }))).toMatchObject({
    trouble: 'unsupported',
  });
});

test('the branch that somebody is on in the repository is refused by name', async () => {
  makeProject();
  const workspace = { type: 'worktree', path: project } as const;
  const reserved = succeeds(await fixture.workspaces.reserve(fixture.spec({ workspace, branch: 'main' })));
  expect(await reserved.workspace.fetchAndFill({ getToken: fixture.getToken })).toMatchObject({
    trouble: 'branch_in_use',
  });
});

test.each(['a plain folder', 'a repository'])(
  '%s is worked on right there, compared and put back',
  async (kind) => {
    writeFiles(project, { 'a.txt': 'a\n', 'sub/b.txt': 'b\n', '.gitignore': 'ignored\n', ignored: 'x' });
    if (kind === 'a repository') makeProject();
    const before = kind === 'a repository' ? git(project, 'for-each-ref') : '';
    const workspace = { type: 'local', path: project } as const;
    const { workspace: session, filled } = await fixture.open(fixture.spec({ workspace, branch: null }));
    expect(session.path).toBe(project);
    expect(filled).toMatchObject({ base: null, head: null, branch: null });
    const { kept } = succeeds(await session.checkpoint(1));
    writeFiles(project, { 'a.txt': 'changed\n', 'new.txt': 'n\n', ignored: 'y' });
    rmSync(join(project, 'sub'), { recursive: true });
    const captured = succeeds(await session.capture());
    expect(captured.files.map(({ path, status }) => `${status} ${path}`)).toEqual([
      'modified a.txt',
      'added new.txt',
      'deleted sub/b.txt',
    ]);
    succeeds(await session.restore(kept?.ref ?? ''));
    expect(
      ['a.txt', 'sub/b.txt', 'ignored'].map((name) => readFileSync(join(project, name), 'utf8')),
    ).toEqual(['a\n', 'b\n', 'y']);
    expect(existsSync(join(project, 'new.txt'))).toBe(false);
    expect(succeeds(await session.capture()).changed).toBe(false);
    expect(await session.commit({ ...REQUEST, tree: captured.tree ?? '' })).toMatchObject({
      trouble: 'no_commits_here',
    });
    if (kind === 'a repository') expect(git(project, 'for-each-ref')).toBe(before);
  },
);

test('what a folder has that no commit has is named before Claude begins', async () => {
  const spec = (path: string) => fixture.spec({ workspace: { type: 'local', path }, branch: null });
  const uncommitted = async (path = project) => {
    const { workspace: session, filled } = await fixture.open(spec(path));
    await session.release();
    return filled.uncommitted;
  };
  writeFiles(project, { 'a.txt': 'a\n', 'sub/b.txt': 'b\n' });
  expect(await uncommitted()).toBeNull();
  makeProject();
  expect(await uncommitted()).toEqual({ count: 0, some: [] });
  const trap = join(fixture.root, 'sprung');
  git(project, 'config', 'filter.evil.clean', `touch ${trap}; cat`);
  writeFiles(project, {
    'a.txt': 'edited\n',
    'new.txt': 'n\n',
    ignored: 'x',
    '.git/info/attributes': '* filter=evil\n',
  });
  expect(await uncommitted()).toEqual({ count: 2, some: ['a.txt', 'new.txt'] });
  expect(await uncommitted(join(project, 'sub'))).toEqual({ count: 0, some: [] });
  expect(existsSync(trap)).toBe(false);
});

test('the task after this one compares with what it finds', async () => {
  writeFiles(project, { 'a.txt': 'a\n' });
  const spec = fixture.spec({ workspace: { type: 'local', path: project }, branch: null });
  const first = await fixture.open(spec);
  writeFiles(project, { 'a.txt': 'one\n' });
  await first.workspace.release();
  const second = await fixture.open({ ...spec, taskNumber: 2 });
  writeFiles(project, { 'b.txt': 'two\n' });
  expect(succeeds(await second.workspace.capture()).files.map(({ path }) => path)).toEqual(['b.txt']);
});

test('a folder too big to look at is worked on without checkpoints', async () => {
  writeFiles(project, { 'a.txt': 'a\n', 'b.txt': 'b\n' });
  const session = new FolderSession({
    deps: fixture.deps,
    handle: { queue: new KeyedQueue(), lockKey: 'x', onRelease: async () => undefined },
    session: { sessionId: fixture.spec().sessionId, taskNumber: 1, folder: project },
    limits: { maxFiles: 1, maxBytes: 1_000 },
  });
  expect(await session.fetchAndFill({ getToken: fixture.getToken })).toMatchObject({ ok: true });
  expect(await session.checkpoint(1)).toEqual({ ok: true, kept: null });
  expect(await session.capture()).toMatchObject({ ok: true, tree: null });
  expect(await session.rescue()).toEqual({ ok: true, kept: null });
});
