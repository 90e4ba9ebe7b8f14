import { expect, it } from 'vitest';
import type { Repository } from '../../../protocol/workspace.ts';
import { makeJob } from '../../testing/make-job.ts';
import type { Captured, SessionWorkspace } from '../../workspace/workspace-types.ts';
import { describeFolders } from './describe-folders.ts';
import { nameWork, treesOf } from './name-work.ts';

const repository: Repository = {
  id: 7,
  owner: 'acme',
  name: 'shop',
  cloneUrl: 'https://github.test/acme/shop.git',
  htmlUrl: 'https://github.test/acme/shop',
  defaultBranch: 'main',
  private: true,
};
const ref = { kind: 'branch' as const, base: 'main' };
const job = makeJob('https://github.test', 'Rename it.', { workspace: { type: 'github', repository, ref } });

const work = { ok: true as const, changed: true, files: [], filesCut: false, insertions: 1, deletions: 0 };
const rest = { patch: { text: '', bytes: 0, cut: false }, dropped: [], skipped: [] };
const TREE = 'a'.repeat(40);
const captured: Captured = { ...work, ...rest, tree: TREE };

function withSide(tree: string, changed = true): Captured {
  const web = { ...repository, id: 8, name: 'web' };
  const workspace: Pick<SessionWorkspace, 'path'> = { path: '/data/web' };
  const side = {
    repository: web,
    access: 'write' as const,
    branch: 'b',
    workspace: workspace as SessionWorkspace,
  };
  return { ...captured, sides: [{ side, captured: { ...captured, changed, tree } }] };
}

it('names the work of one repository by its tree', () => {
  expect(nameWork({ job }, captured)).toEqual({ name: TREE, tree: TREE, changed: true, sides: [] });
  expect(treesOf({ job }, captured)).toBeNull();
});

it('names the work of several by all of their trees, also of those in which nothing was changed', () => {
  const one = nameWork({ job }, withSide('b'.repeat(40)));
  expect(one.name).toMatch(/^[0-9a-f]{40}$/);
  expect(one).toMatchObject({ tree: TREE, sides: [{ side: { repository: { name: 'web' } } }] });
  expect(nameWork({ job }, withSide('b'.repeat(40)))).toEqual(one);
  expect(nameWork({ job }, withSide('c'.repeat(40))).name).not.toBe(one.name);
  const unchanged = nameWork({ job }, withSide('b'.repeat(40), false));
  expect([unchanged.name, unchanged.sides]).toEqual([one.name, []]);
});

it('tells Claude where each repository is, and which it may change', () => {
  const [web] = withSide(TREE).sides ?? [];
  if (web === undefined) throw new Error('There is another repository.');
  const design = { ...web.side, repository: { ...repository, name: 'design' }, access: 'read' as const };
  const text = describeFolders({ path: '/data/shop', sides: [web.side, design] });
  expect(text?.split('\n').slice(1, 4)).toEqual([
    '- /data/shop: your working directory, yours to change',
    '- /data/web: acme/web, yours to change; it has a branch and a pull request of its own',
    '- /data/web: acme/design, to be read only: what is changed there is undone',
  ]);
  expect(describeFolders({ path: '/data/shop' })).toBeNull();
});
