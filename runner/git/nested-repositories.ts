import { readFile } from 'node:fs/promises';
import type { GitCommand } from './git-repository.ts';
import type { GitResult } from './run-git.ts';

/** The mode of a link to another repository's commit (0160000), as an index holds it (gitformat-index). */
const GITLINK_MODE = Buffer.from([0, 0, 0xe0, 0]);

/**
 * Has git look at no nested repository while `work` runs. To tell whether one that is in the index has changed, git
 * runs `git status` inside it, which obeys its config: a filter that somebody wrote there would run with the rights of
 * the runner. A nested repository that was moved on counts as such once that is staged.
 *
 * @param indexFile the index that `git` uses
 */
export async function withoutNested(
  git: GitCommand,
  indexFile: string,
  work: () => Promise<GitResult>,
): Promise<GitResult> {
  // Most repositories have none, and listing 27,000 entries takes longer than looking for four bytes.
  const bytes = await readFile(indexFile).catch(() => null);
  if (bytes === null || !bytes.includes(GITLINK_MODE)) return work();
  const listed = await git(['ls-files', '-z', '--stage'], { encoding: 'latin1' });
  if (!listed.ok) return listed;
  const nested = nestedIn(listed.stdout);
  if (nested === '') return work();
  const mark = (option: string): Promise<GitResult> =>
    git(['update-index', option, '-z', '--stdin'], { input: nested, encoding: 'latin1' });
  const hidden = await mark('--skip-worktree');
  if (!hidden.ok) return hidden;
  const result = await work();
  const shown = await mark('--no-skip-worktree');
  return shown.ok ? result : shown;
}

/** Paths of nested repositories, each with a NUL after it. */
function nestedIn(listing: string): string {
  return listing
    .split('\0')
    .filter((line) => line.startsWith('160000 '))
    .map((line) => `${line.slice(line.indexOf('\t') + 1)}\0`)
    .join('');
}
