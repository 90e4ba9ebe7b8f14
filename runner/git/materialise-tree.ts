import { captureWork } from './capture-work.ts';
import { succeeded } from './git-failed-error.ts';
import type { GitCommand, GitContext } from './git-repository.ts';
import { TRUSTED_PATHS } from './trusted-paths.ts';
import { dropScratch, installScratch, onScratch, type WorkTree } from './work-tree.ts';

/** What is to lie in the folder, and the tree of the commit that git there shall compare it with. */
export type Target = { tree: string; commitTree: string | null };

/**
 * Writes a part of a tree into a folder that is new: the little that Claude Code reads when it starts. The scratch
 * index describes it, so that `fillRest` leaves these files alone.
 */
export async function fillFirst(context: GitContext, work: WorkTree, part: string): Promise<void> {
  await dropScratch(work);
  succeeded(await onScratch(context, work)(['read-tree', '--reset', '-u', part]));
}

/** Writes the rest of the tree, in parallel, after `fillFirst`. */
export async function fillRest(context: GitContext, work: WorkTree, target: Target): Promise<void> {
  succeeded(await onScratch(context, work)(['read-tree', '--reset', '-u', target.tree]));
  await settleIndex(context, work, target);
}

/**
 * Makes the folder hold exactly this tree; ignored files stay. What is there and not in the tree is removed, so
 * whoever calls has it saved. Can be repeated after a crash at any point.
 */
export async function materialiseTree(context: GitContext, work: WorkTree, target: Target): Promise<void> {
  await captureWork(context, work, target.tree);
  await fillRest(context, work, target);
}

/**
 * Makes the session's index say what the commit says, without touching files. Where a pull request's trusted paths
 * differ on purpose, the index is told not to look, so that `git status` and `git commit -a` in the folder don't take
 * them for changes.
 */
export async function settleIndex(context: GitContext, work: WorkTree, target: Target): Promise<void> {
  const { tree, commitTree } = target;
  if (commitTree !== null && commitTree !== tree) {
    const git = onScratch(context, work);
    succeeded(await git(['read-tree', '--reset', commitTree]));
    if (work.dressed) await hideTrustedPaths(git, commitTree, tree);
  }
  await installScratch(work);
}

async function hideTrustedPaths(git: GitCommand, commitTree: string, onDisk: string): Promise<void> {
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--diff-filter=MDT'];
  const listed = await git([...args, commitTree, onDisk, '--', ...TRUSTED_PATHS], { encoding: 'latin1' });
  const differing = succeeded(listed).stdout;
  if (differing === '') return;
  const hidden = await git(['update-index', '--skip-worktree', '-z', '--stdin'], {
    input: differing,
    encoding: 'latin1',
  });
  succeeded(hidden);
}
