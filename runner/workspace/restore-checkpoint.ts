import { captureWork } from '../git/capture-work.ts';
import { outputOf } from '../git/git-failed-error.ts';
import { inControl, inRepository } from '../git/git-repository.ts';
import { checkpointRef, type Kept, keepCheckpoint, keepRescue, rescueRef } from '../git/keep-state.ts';
import { attachHead } from '../git/link-worktree.ts';
import { materialiseTree } from '../git/materialise-tree.ts';
import { branchRef, readRef, treeOf, updateRefs } from '../git/refs.ts';
import { removeTrustedPaths } from './fill-worktree.ts';
import type { OpenedWorktree } from './opened-worktree.ts';

/** Everything in the folder as it is now, as a tree. */
export async function treeNow({ context, work, head }: OpenedWorktree): Promise<string> {
  const known = await treeOf(inControl(context, work.repository), head);
  return (await captureWork(context, work, known)).tree;
}

/** Keeps everything in the folder as it is now, under the turn's ref or the task's rescue ref. */
export async function keepNow(
  opened: OpenedWorktree,
  as: { turn: number; untouched: boolean } | 'rescue',
): Promise<Kept> {
  const { context, work, task, branch, nowMs } = opened;
  const git = { objects: inControl(context, work.repository), refs: inRepository(context, work.repository) };
  const known = as !== 'rescue' && as.untouched ? opened.writtenTree : null;
  const tree = known ?? (await treeNow(opened));
  const parent = await readRef(git.refs, branchRef(branch));
  const state = { tree, parent, nowMs };
  if (as === 'rescue') return keepRescue(git, { ref: rescueRef(task), ...state });
  return keepCheckpoint(git, { ref: checkpointRef(task, as.turn), ...state });
}

/**
 * Puts the folder and the branch back to a checkpoint: files made since are removed, ignored ones stay. What was there
 * is kept as a rescue first. Can be repeated after a crash at any point. @throws GitFailedError
 */
export async function restoreCheckpoint(opened: OpenedWorktree, checkpoint: string): Promise<Kept> {
  const { context, work, place, branch, save } = opened;
  const git = inControl(context, work.repository);
  const refs = inRepository(context, work.repository);
  const sha = outputOf(await refs(['rev-parse', '--verify', '--end-of-options', `${checkpoint}^{commit}`]));
  const commit = outputOf(await git(['rev-parse', '--verify', `${sha}^1`]));
  const target = { tree: await treeOf(git, sha), commit };
  const rescue = await keepNow(opened, 'rescue');
  await save({ target });
  await updateRefs(refs, [{ ref: branchRef(branch), to: commit }]);
  await attachHead(refs, place, branch);
  if (work.dressed) await removeTrustedPaths(work);
  await materialiseTree(context, work, { tree: target.tree, commitTree: await treeOf(git, commit) });
  await save({ target: null });
  return rescue;
}
