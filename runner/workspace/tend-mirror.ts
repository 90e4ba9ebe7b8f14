import { succeeded } from '../git/git-failed-error.ts';
import { type GitContext, type GitRepository, inRepository } from '../git/git-repository.ts';

/** A gc of a large mirror takes minutes; beyond this the machine has something better to do. */
const TEND_DEADLINE_MS = 10 * 60_000;

/** Captures and commits leave loose objects, fetches leave packs; below these git is as quick as after a gc. */
const LOOSE_OBJECTS = 5_000;
const PACKS = 30;

/** What nothing names any more may still be a tree that somebody is about to commit or approve. */
const PRUNE = '--prune=2.weeks.ago';

/**
 * Packs a mirror's objects when there are many. Refs, worktrees' indexes and what is younger than two weeks stay.
 * Stopped by the signal at any moment, it leaves a whole repository.
 *
 * @returns whether there was anything to do
 * @throws GitFailedError
 */
export async function tendMirror(context: GitContext, mirror: GitRepository): Promise<boolean> {
  const git = inRepository(context, mirror);
  const counted = succeeded(await git(['count-objects', '-v'])).stdout;
  const count = (name: string): number =>
    Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(counted)?.[1] ?? 0);
  if (count('count') < LOOSE_OBJECTS && count('packs') < PACKS) return false;
  succeeded(await git(['gc', '--quiet', PRUNE], { deadlineMs: TEND_DEADLINE_MS }));
  return true;
}
