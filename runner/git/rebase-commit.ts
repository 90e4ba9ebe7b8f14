import type { Identity } from './commit-message.ts';
import { commitTree } from './commit-tree.ts';
import { outputOf, succeeded } from './git-failed-error.ts';
import type { GitCommand } from './git-repository.ts';
import { isAncestor, objectId, treeOf } from './refs.ts';

export type MergeResult = { status: 'merged'; tree: string } | { status: 'conflict'; paths: string[] };

export type RebaseResult =
  | { status: 'rebased'; sha: string; tree: string }
  | { status: 'conflict'; paths: string[] }
  /** The branch was rewritten on the server: what the commit was built on is no longer part of it. */
  | { status: 'rewritten' };

/** Merges two commits in memory: no work tree, no index, no ref is touched. @throws GitFailedError */
export async function mergeTrees(git: GitCommand, ours: string, theirs: string): Promise<MergeResult> {
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages'];
  const merged = await git([...args, objectId(ours), objectId(theirs)]);
  if (!merged.ok && !(merged.reason === 'exit' && merged.exitCode === 1)) succeeded(merged);
  const [tree = '', ...paths] = merged.stdout.split('\0').filter((field) => field !== '');
  return merged.ok
    ? { status: 'merged', tree: objectId(tree) }
    : { status: 'conflict', paths: [...new Set(paths)] };
}

/**
 * Puts one commit on top of what the branch is now, in memory. Only when the branch still contains the commit's
 * parent is the merge base that parent, and the merge the same as a rebase of the one commit.
 */
export async function rebaseCommit(
  git: GitCommand,
  commit: { sha: string; parent: string },
  onto: string,
  by: { identity: Identity; nowMs: number },
): Promise<RebaseResult> {
  if (!(await isAncestor(git, commit.parent, onto))) return { status: 'rewritten' };
  const merged = await mergeTrees(git, onto, commit.sha);
  if (merged.status === 'conflict') return merged;
  const message = outputOf(await git(['log', '-1', '--format=%B', objectId(commit.sha)]));
  const sha = await commitTree(git, {
    tree: merged.tree,
    parents: [onto],
    message: `${message}\n`,
    by: by.identity,
    nowMs: by.nowMs,
  });
  return { status: 'rebased', sha, tree: await treeOf(git, sha) };
}
