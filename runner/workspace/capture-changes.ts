import { MAX_PATCH_BYTES } from '../../protocol/limits.ts';
import { captureWork } from '../git/capture-work.ts';
import { diffTrees, type TreeDiff } from '../git/diff-trees.ts';
import { outputOf, succeeded } from '../git/git-failed-error.ts';
import { type GitCommand, inControl } from '../git/git-repository.ts';
import { knownTreeOf } from '../git/refs.ts';
import { isTrustedPath } from '../git/trusted-paths.ts';
import { onScratch } from '../git/work-tree.ts';
import { dressTree, undressTree } from './dress-tree.ts';
import type { OpenedWorktree } from './opened-worktree.ts';
import type { Captured } from './workspace-types.ts';

/** Files that the event of a captured work lists at most. */
const MAX_LISTED_FILES = 1_000;

export const CAPTURE_LIMITS = { maxPatchBytes: MAX_PATCH_BYTES, maxFiles: MAX_LISTED_FILES };

/** Everything that the task changed so far, as a tree and as a diff to where it started. @throws GitFailedError */
export async function captureChanges(opened: OpenedWorktree): Promise<Captured> {
  const { context, work, head, trustedFrom } = opened;
  const git = inControl(context, work.repository);
  const headTree = await knownTreeOf(git, head);
  const captured = await captureWork(context, work, headTree);
  const own = (onDisk: string): Promise<string> => undressTree(git, onDisk, { trustedFrom, commit: head });
  let tree = await own(captured.tree);
  let diff = await diffTrees(git, headTree, tree, CAPTURE_LIMITS);
  const nested = diff.nested;
  if (nested.length > 0) {
    // A link to a commit that nobody else has would be committed in place of the files.
    tree = await own(await withoutPaths(onScratch(context, work), nested));
    diff = await diffTrees(git, headTree, tree, CAPTURE_LIMITS);
  }
  const dropped =
    trustedFrom === null ? [] : await changedTrustedPaths(git, headTree, captured.tree, trustedFrom);
  return asCaptured(tree, diff, { dropped, skipped: [...captured.skipped, ...nested] });
}

export function asCaptured(
  tree: string,
  { nested: _nested, ...diff }: TreeDiff,
  left: { dropped: string[]; skipped: string[] },
): Captured {
  return { ok: true, tree, ...diff, ...left };
}

/** The tree of an index without these paths. */
export async function withoutPaths(git: GitCommand, paths: readonly string[]): Promise<string> {
  const input = paths.map((path) => `${path}\0`).join('');
  succeeded(await git(['update-index', '--force-remove', '-z', '--stdin'], { input }));
  return outputOf(await git(['write-tree', '--missing-ok']));
}

/** Trusted paths that are no longer what the base says. */
async function changedTrustedPaths(
  git: GitCommand,
  headTree: string,
  onDisk: string,
  trustedFrom: string,
): Promise<string[]> {
  const given = await dressTree(git, headTree, trustedFrom);
  const listed = await git(['diff-tree', '-r', '-z', '--name-only', '--no-renames', given, onDisk]);
  return succeeded(listed)
    .stdout.split('\0')
    .filter((path) => path !== '' && isTrustedPath(path));
}
