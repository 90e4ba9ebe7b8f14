import { captureWork } from '../git/capture-work.ts';
import { commitTree, KEEPER } from '../git/commit-tree.ts';
import { inControl, inRepository } from '../git/git-repository.ts';
import { checkpointRef } from '../git/keep-state.ts';
import { materialiseTree } from '../git/materialise-tree.ts';
import { mergeTrees } from '../git/rebase-commit.ts';
import { branchRef, isAncestor, treeOf, updateRefs } from '../git/refs.ts';
import { dressTree, undressTree } from './dress-tree.ts';
import type { Filling } from './fill-worktree.ts';

export type RemoteStanding = 'current' | 'forwarded' | 'behind' | 'diverged';

/**
 * Moves a worktree forward to where the server's branch is now. Work that was never committed comes along: it is
 * merged in memory first, and when that conflicts nothing moves.
 */
export async function followRemote(filling: Filling, tip: string): Promise<RemoteStanding> {
  const { context, source, work, record } = filling;
  const remote = source.remoteTip;
  if (remote === null || remote === tip) return 'current';
  const git = inControl(context, source.repository);
  if (await isAncestor(git, remote, tip)) return 'current';
  if (!(await isAncestor(git, tip, remote))) return takeTwin(filling, tip, remote);

  const session = { trustedFrom: record.trustedFrom, commit: tip };
  const captured = await captureWork(context, work, await treeOf(git, tip));
  const own = await undressTree(git, captured.tree, session);
  const kept = await commitTree(git, {
    tree: own,
    parents: [tip],
    message: 'Work before the branch was moved forward\n',
    by: KEEPER,
    nowMs: filling.nowMs,
  });
  const refs = inRepository(context, source.repository);
  await updateRefs(refs, [{ ref: checkpointRef(filling.task, 0), to: kept }]);
  const merged = await mergeTrees(git, remote, kept);
  if (merged.status === 'conflict') return 'behind';

  const tree = await dressTree(git, merged.tree, source.trustedFrom);
  await filling.save({ target: { tree, commit: remote }, trustedFrom: source.trustedFrom });
  await updateRefs(refs, [{ ref: branchRef(source.branch), to: remote, from: tip }]);
  await materialiseTree(context, work, { tree, commitTree: await treeOf(git, remote) });
  return 'forwarded';
}

/**
 * GitHub made the commits anew, which gives them other names: a server's branch with exactly the same content takes the
 * place of ours, and nothing in the folder changes.
 */
async function takeTwin({ context, source }: Filling, tip: string, remote: string): Promise<RemoteStanding> {
  const git = inControl(context, source.repository);
  const [ours, theirs] = await Promise.all([treeOf(git, tip), treeOf(git, remote)]);
  if (ours !== theirs) return 'diverged';
  const refs = inRepository(context, source.repository);
  await updateRefs(refs, [{ ref: branchRef(source.branch), to: remote, from: tip }]);
  return 'forwarded';
}
