import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { git, writeFiles } from '../../git/testing/make-repository.ts';
import { openWorkspaces } from '../open-workspaces.ts';
import { type Fixture, startFixture, succeeds } from '../testing/start-fixture.ts';
import type { SessionWorkspace } from '../workspace-types.ts';
import { UNFINISHED } from './ready-tree.ts';

/** As many as a tree must have to be worth waiting for. */
const MANY = 1_200;
const FILES = {
  'CLAUDE.md': 'Be kind.\n',
  '.gitignore': 'ignored/\n',
  ...Object.fromEntries(Array.from({ length: MANY }, (_, n) => [`src/part-${n}.txt`, `${n}\n`])),
};

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture(FILES);
  fixture.workspaces = await openWorkspaces({ ...fixture.deps, readyTrees: 1 });
});
afterEach(() => fixture.close());

const poolFolder = (): string => join(fixture.dataDir, 'pool');
const waiting = (): string[] => readdirSync(poolFolder()).filter((name) => !name.startsWith(UNFINISHED));

/** One session of the repository, after which a tree waits for the next. */
async function fillPool(): Promise<string> {
  const { workspace } = await fixture.open(fixture.spec({ branch: 'signalbox/one' }), fixture.workspaces);
  await workspace.release();
  await expect.poll(waiting, { timeout: 60_000 }).toHaveLength(1);
  return join(poolFolder(), waiting()[0] ?? '', 'files');
}

/** Opens a session; tells whether all its files were there before the server was asked. */
async function openNext(
  branch: string,
  workspaces = fixture.workspaces,
): Promise<{ workspace: SessionWorkspace; wasReady: boolean; startedTooEarly: boolean }> {
  const { workspace } = succeeds(await workspaces.reserve(fixture.spec({ branch })));
  let wasReady = false;
  const filled = succeeds(
    await workspace.fetchAndFill({
      getToken: async () => {
        const first = workspace.trustedConfig.then(() => {});
        await Promise.race([first, new Promise((resolve) => setTimeout(resolve, 2_000))]);
        wasReady = existsSync(join(workspace.path, `src/part-${MANY - 1}.txt`));
        return fixture.getToken();
      },
    }),
  );
  return { workspace, wasReady, startedTooEarly: filled.startedTooEarly };
}

const status = ({ path }: SessionWorkspace): string => git(path, 'status', '--porcelain', '--ignored');

test('a new session gets a whole tree that waits, in a folder of its own, and nobody else the same', async () => {
  await fillPool();
  const [first, second] = await Promise.all([openNext('signalbox/two'), openNext('signalbox/three')]);
  expect([first.wasReady, second.wasReady].filter((ready) => ready)).toHaveLength(1);
  for (const { workspace, startedTooEarly } of [first, second]) {
    expect(startedTooEarly).toBe(false);
    expect(status(workspace)).toBe('');
    expect(readFileSync(join(workspace.path, 'src/part-7.txt'), 'utf8')).toBe('7\n');
  }
  writeFiles(first.workspace.path, { 'src/part-7.txt': 'changed\n' });
  expect(succeeds(await first.workspace.capture()).files.map(({ path }) => path)).toEqual(['src/part-7.txt']);
  expect(status(second.workspace)).toBe('');
});

test('what the server has by now is what the session gets', async () => {
  await fillPool();
  const moved = fixture.origin.commit(
    'main',
    { 'src/part-1.txt': 'moved\n', 'CLAUDE.md': 'Be kinder.\n' },
    { remove: ['src/part-2.txt'] },
  );
  const { workspace, wasReady, startedTooEarly } = await openNext('signalbox/two');
  expect([wasReady, startedTooEarly]).toEqual([true, true]);
  expect(git(workspace.path, 'rev-parse', 'HEAD')).toBe(moved);
  expect(status(workspace)).toBe('');
  expect(existsSync(join(workspace.path, 'src/part-2.txt'))).toBe(false);
});

test.each([
  ['changed', { 'src/part-3.txt': 'planted\n' }],
  ['given something that is ignored', { 'ignored/planted.txt': 'planted\n' }],
])('a tree that was %s while it waited is written anew', async (_what, planted) => {
  writeFiles(await fillPool(), planted);
  const { workspace, startedTooEarly } = await openNext('signalbox/two');
  expect(startedTooEarly).toBe(true);
  expect(status(workspace)).toBe('');
  expect(readFileSync(join(workspace.path, 'src/part-3.txt'), 'utf8')).toBe('3\n');
});

test('a tree that waits outlives the runner; what was being made does not', async () => {
  await fillPool();
  writeFileSync(join(poolFolder(), `${UNFINISHED}x`), '');
  const restarted = await openWorkspaces({ ...fixture.deps, readyTrees: 1 });
  expect(readdirSync(poolFolder())).toHaveLength(1);
  expect((await openNext('signalbox/two', restarted)).wasReady).toBe(true);
  await openWorkspaces(fixture.deps);
  expect(readdirSync(poolFolder())).toEqual([]);
});

test('what a crash left of a tree that was taken does not count as work', async () => {
  await fillPool();
  const spec = fixture.spec({ branch: 'signalbox/two' });
  const { workspace } = succeeds(await fixture.workspaces.reserve(spec));
  const failed = await workspace.fetchAndFill({ getToken: async () => 'wrong' });
  expect(failed.ok).toBe(false);
  expect(existsSync(join(workspace.path, 'src/part-2.txt'))).toBe(true);
  const moved = fixture.origin.commit('main', {}, { remove: ['src/part-2.txt'] });

  const { filled, workspace: again } = await fixture.open(spec, await fixture.restart());
  expect(filled).toMatchObject({ resumed: false, head: moved });
  expect(status(again)).toBe('');
  rmSync(join(again.path, 'CLAUDE.md'));
  expect(succeeds(await again.capture()).files.map(({ path }) => path)).toEqual(['CLAUDE.md']);
});
