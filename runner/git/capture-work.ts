import { outputOf, succeeded } from './git-failed-error.ts';
import type { GitCommand, GitContext } from './git-repository.ts';
import { withoutNested } from './nested-repositories.ts';
import type { GitResult } from './run-git.ts';
import { TRUSTED_PATHS } from './trusted-paths.ts';
import { onScratch, takeScratch, type WorkTree } from './work-tree.ts';

export type CapturedWork = {
  /** Everything in the folder but what is ignored, as a tree. */
  tree: string;
  /** What could not be taken in: nested repositories without a commit, files that can't be read. */
  skipped: string[];
};

/**
 * Writes the whole state of a work tree, untracked files included, as a tree. Neither the index nor HEAD nor a file is
 * touched. The scratch index describes that tree afterwards.
 *
 * @param knownTree what stands in for an index that is missing or damaged
 * @throws GitFailedError
 */
export async function captureWork(
  context: GitContext,
  work: WorkTree,
  knownTree: string,
): Promise<CapturedWork> {
  const git = onScratch(context, work);
  if (!(await takeScratch(work))) succeeded(await git(['read-tree', '--reset', knownTree]));
  let added = await addAll(git, work);
  if (!added.ok && added.reason === 'exit' && added.exitCode !== 1) {
    // The copy may be of an index that Claude's git was killed in, or that links to another file.
    succeeded(await git(['read-tree', '--empty']));
    succeeded(await git(['read-tree', '--reset', knownTree]));
    added = await addAll(git, work);
  }
  const skipped = added.ok ? [] : skippedPaths(added);
  return { tree: outputOf(await git(['write-tree', '--missing-ok'])), skipped };
}

/** Exit code 1 is git's "all but some": with `--ignore-errors` the rest was added. */
async function addAll(git: GitCommand, work: WorkTree): Promise<GitResult> {
  if (work.dressed) await showTrustedPaths(git);
  return withoutNested(git, work.scratchIndex, () => git(['add', '--all', '--ignore-errors']));
}

/** The trusted paths of a pull request are marked as not to be looked at; here what is on disk counts. */
async function showTrustedPaths(git: GitCommand): Promise<void> {
  const listed = await git(['ls-files', '-z', '--', ...TRUSTED_PATHS], { encoding: 'latin1' });
  if (!listed.ok || listed.stdout === '') return;
  await git(['update-index', '--no-skip-worktree', '-z', '--stdin'], {
    input: listed.stdout,
    encoding: 'latin1',
  });
}

function skippedPaths(result: GitResult): string[] {
  if (!result.ok && !(result.reason === 'exit' && result.exitCode === 1)) succeeded(result);
  const named = [...result.stderr.matchAll(/^error: (?:[^'"\n]*)['"]([^'"\n]+)['"]/gm)];
  return [...new Set(named.flatMap(([, path]) => (path === undefined ? [] : [path])))];
}
