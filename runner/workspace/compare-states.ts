import { diffTrees, type TreeDiff } from '../git/diff-trees.ts';
import { inControl } from '../git/git-repository.ts';
import { treeOf } from '../git/refs.ts';
import { CAPTURE_LIMITS } from './capture-changes.ts';
import { undressTree } from './dress-tree.ts';
import type { OpenedWorktree } from './opened-worktree.ts';

/** A tree, or a commit of it, as it lay on disk or as it was captured. */
export type Compared = Omit<TreeDiff, 'nested'> & { tree: string };

/** What changed from one kept state to another. Reads objects only. @throws GitFailedError */
export async function compareStates(opened: OpenedWorktree, from: string, to: string): Promise<Compared> {
  const { context, work, trustedFrom, head } = opened;
  const git = inControl(context, work.repository);
  const [before, after] = await Promise.all(
    [from, to].map(async (state) =>
      undressTree(git, await treeOf(git, state), { trustedFrom, commit: head }),
    ),
  );
  const { nested: _nested, ...diff } = await diffTrees(git, before ?? from, after ?? to, CAPTURE_LIMITS);
  return { ...diff, tree: after ?? to };
}
