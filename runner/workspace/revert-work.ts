import { inControl, inRepository } from '../git/git-repository.ts';
import { checkpointRef, type Kept, startRef, type TaskName } from '../git/keep-state.ts';
import { attachHead } from '../git/link-worktree.ts';
import { materialiseTree } from '../git/materialise-tree.ts';
import { branchRef, readRef, treeOf, updateRefs } from '../git/refs.ts';
import { dressTree } from './dress-tree.ts';
import { removeTrustedPaths } from './fill-worktree.ts';
import type { OpenedWorktree } from './opened-worktree.ts';
import { keepNow, restoreCheckpoint } from './restore-checkpoint.ts';

export type Reverted = { rescue: Kept | null; to: string | null };

/**
 * Puts the folder and the branch back to what they were before a task; what was there is kept as a rescue first. Where
 * its first checkpoint is not on this machine, that is the commit it started from. Can be repeated after a crash at
 * any point. @throws GitFailedError
 */
export async function revertWork(opened: OpenedWorktree, task: TaskName): Promise<Reverted> {
  const { context, work } = opened;
  const refs = inRepository(context, work.repository);
  const first = checkpointRef(task, 1);
  const checkpoint = await readRef(refs, first);
  if (checkpoint !== null) return { rescue: await restoreCheckpoint(opened, first), to: checkpoint };
  const start = (await readRef(refs, startRef(task))) ?? opened.head;
  return { rescue: await restoreCommit(opened, start), to: start };
}

async function restoreCommit(opened: OpenedWorktree, commit: string): Promise<Kept> {
  const { context, work, place, branch, trustedFrom, save } = opened;
  const git = inControl(context, work.repository);
  const refs = inRepository(context, work.repository);
  const commitTree = await treeOf(git, commit);
  const tree = await dressTree(git, commitTree, trustedFrom);
  const rescue = await keepNow(opened, 'rescue');
  await save({ target: { tree, commit } });
  await updateRefs(refs, [{ ref: branchRef(branch), to: commit }]);
  await attachHead(refs, place, branch);
  if (work.dressed) await removeTrustedPaths(work);
  await materialiseTree(context, work, { tree, commitTree });
  await save({ target: null });
  return rescue;
}
