import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { git, writeFiles } from '../git/testing/make-repository.ts';
import { openWorkspaces, type Workspaces } from './open-workspaces.ts';
import { type Fixture, startFixture } from './testing/start-fixture.ts';

let fixture: Fixture;
let allowed: string;
let outside: string;
let workspaces: Workspaces;

function makeRepository(path: string): void {
  mkdirSync(path, { recursive: true });
  git(path, 'init', '--quiet', '-b', 'main');
  writeFiles(path, { 'a.txt': 'a\n' });
  git(path, 'add', '--all');
  git(path, 'commit', '--quiet', '-m', 'first');
}

beforeEach(async () => {
  fixture = await startFixture();
  allowed = join(fixture.root, 'projects');
  outside = join(fixture.root, 'outside');
  makeRepository(join(allowed, 'app'));
  makeRepository(join(allowed, '..app'));
  makeRepository(outside);
  makeRepository(join(fixture.root, 'projects-2'));
  symlinkSync(outside, join(allowed, 'link'));
  symlinkSync(join(allowed, 'app'), join(allowed, 'inner-link'));
  workspaces = await openWorkspaces({ ...fixture.deps, folders: [allowed] });
});
afterEach(() => fixture.close());

/** Whether a task may work at a path, in both ways of working on this machine. */
async function tryPath(path: string): Promise<string[]> {
  const results: string[] = [];
  for (const type of ['local', 'worktree'] as const) {
    const reserved = await workspaces.reserve(fixture.spec({ workspace: { type, path }, branch: null }));
    const filled = reserved.ok
      ? await reserved.workspace.fetchAndFill({ getToken: fixture.getToken })
      : reserved;
    results.push(filled.ok ? 'allowed' : filled.failure.kind);
    if (reserved.ok) await reserved.workspace.release();
  }
  return results;
}

it('is worked in where the real path lies in a folder that was named', async () => {
  for (const name of ['app', '..app', 'inner-link']) {
    expect([name, await tryPath(join(allowed, name))]).toEqual([name, ['allowed', 'allowed']]);
  }
});

it('is refused where a link, a way up or a like name leads out of it', async () => {
  const paths = [
    join(allowed, 'link'),
    `${allowed}/../outside`,
    `${allowed}/app/../../outside`,
    `${allowed}-2`,
    outside,
    fixture.root,
  ];
  for (const path of paths) expect([path, await tryPath(path)]).toEqual([path, ['policy', 'policy']]);
  expect(existsSync(join(outside, '.git/worktrees'))).toBe(false);
});
