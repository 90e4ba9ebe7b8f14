import { join } from 'node:path';
import { outputOf } from '../git/git-failed-error.ts';
import { type GitContext, type GitRepository, inControl } from '../git/git-repository.ts';
import { askFolder } from './resolve-local.ts';

/** What of a folder no commit has: how many files, and the names of some. */
export type Uncommitted = { count: number; some: string[] };

const MAX_NAMED = 5;
const NAME_BYTES = 1_000_000;

/**
 * Files of a folder on this machine that stand apart from the commit it is at. The repository's own git is asked for
 * names of commits alone: its settings may name programs, which `git status` would run.
 *
 * @param tree of the folder as it is, in the control repository
 * @returns null where there is no repository, no commit, or ids of another kind
 */
export async function findUncommitted(
  context: GitContext,
  control: GitRepository,
  { path, tree }: { path: string; tree: string },
): Promise<Uncommitted | null> {
  const commonDir = await askFolder(context, path, ['--git-common-dir']);
  if (commonDir === null) return null;
  const prefix = await askFolder(context, path, ['--show-prefix']);
  const head = await askFolder(context, path, ['--verify', '--quiet', `HEAD:${prefix ?? ''}`]);
  if (head === null || head.length !== tree.length) return null;
  const env = { GIT_ALTERNATE_OBJECT_DIRECTORIES: join(commonDir, 'objects') };
  const options = ['-r', '-z', '--name-only', '--no-renames', '--ignore-submodules=all'];
  const differ = await inControl(context, control)(['diff-tree', ...options, head, tree], {
    env,
    maxStdoutBytes: NAME_BYTES,
    overflow: 'cut',
  });
  const names = outputOf(differ)
    .split('\0')
    .filter((name) => name !== '');
  return { count: names.length, some: names.slice(0, MAX_NAMED) };
}
