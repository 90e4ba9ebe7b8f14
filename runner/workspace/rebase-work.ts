import { captureWork } from '../git/capture-work.ts';
import type { Identity } from '../git/commit-message.ts';
import { commitTree, KEEPER } from '../git/commit-tree.ts';
import { outputOf } from '../git/git-failed-error.ts';
import { inControl, inRepository } from '../git/git-repository.ts';
import { startRef } from '../git/keep-state.ts';
import { attachHead } from '../git/link-worktree.ts';
import { materialiseTree } from '../git/materialise-tree.ts';
import { mergeTrees, rebaseCommit } from '../git/rebase-commit.ts';
import { branchRef, isAncestor, objectId, treeOf, updateRefs } from '../git/refs.ts';
import { dressTree, undressTree } from './dress-tree.ts';
import type { OpenedWorktree } from './opened-worktree.ts';
import type { Rebased } from './workspace-types.ts';

/**
 * Puts the task's commit on top of what the branch is on the server now, and brings the folder along. The task counts
 * as started from there. On a conflict nothing moves. @throws GitFailedError
 */
export async function rebaseWork(
  opened: OpenedWorktree,
  sha: string,
  remote: string | null,
): Promise<Rebased> {
  const { context, work, place, branch, trustedFrom, save, nowMs } = opened;
  const git = inControl(context, work.repository);
  if (remote === null || (await isAncestor(git, remote, sha))) return { ok: true, status: 'current' };
  const parent = outputOf(await git(['rev-parse', '--verify', `${objectId(sha)}^1`]));
  const [name = '', email = ''] = outputOf(await git(['log', '-1', '--format=%an%n%ae', sha])).split('\n');
  const identity: Identity = { name, email };
  const rebased = await rebaseCommit(git, { sha, parent }, remote, { identity, nowMs });
  if (rebased.status !== 'rebased') return { ok: true, ...rebased };

  const refs = inRepository(context, work.repository);
  const captured = await captureWork(context, work, await treeOf(git, sha));
  const own = await undressTree(git, captured.tree, { trustedFrom, commit: sha });
  const kept = await commitTree(git, { tree: own, parents: [sha], message: 'Kept\n', by: KEEPER, nowMs });
  const merged = await mergeTrees(git, rebased.sha, kept);
  if (merged.status === 'conflict') return { ok: true, ...merged };
  const tree = await dressTree(git, merged.tree, trustedFrom);
  await save({ target: { tree, commit: rebased.sha } });
  await updateRefs(refs, [
    { ref: branchRef(branch), to: rebased.sha },
    { ref: startRef(opened.task), to: remote },
  ]);
  await attachHead(refs, place, branch);
  await materialiseTree(context, work, { tree, commitTree: rebased.tree });
  await save({ target: null });
  return { ok: true, ...rebased };
}
