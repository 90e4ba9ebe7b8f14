import { type Identity, safeIdentity } from './commit-message.ts';
import { outputOf } from './git-failed-error.ts';
import type { GitCommand } from './git-repository.ts';
import { objectId } from './refs.ts';

/** Writes on checkpoints and rescues, which nobody but the runner sees. */
export const KEEPER: Identity = { name: 'Signalbox', email: 'signalbox@localhost' };

/**
 * A commit of exactly this tree; no ref moves. Author and committer are the same.
 *
 * @param nowMs milliseconds since 1970; commits have seconds
 */
export async function commitTree(
  git: GitCommand,
  commit: { tree: string; parents: readonly string[]; message: string; by: Identity; nowMs: number },
): Promise<string> {
  const { name, email } = safeIdentity(commit.by);
  const date = `@${Math.floor(commit.nowMs / 1_000)} +0000`;
  const parents = commit.parents.flatMap((parent) => ['-p', objectId(parent)]);
  return outputOf(
    await git(['commit-tree', '--no-gpg-sign', ...parents, '-F', '-', objectId(commit.tree)], {
      input: commit.message,
      env: {
        GIT_AUTHOR_NAME: name,
        GIT_AUTHOR_EMAIL: email,
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_NAME: name,
        GIT_COMMITTER_EMAIL: email,
        GIT_COMMITTER_DATE: date,
      },
    }),
  );
}
