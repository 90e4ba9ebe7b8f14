import type { GitCommand } from '../git/git-repository.ts';
import { withTrustedPathsOf } from '../git/trusted-paths.ts';

/**
 * What lies on disk for a tree of the branch: in a pull request's session the trusted paths are the base's.
 *
 * @param trustedFrom the base commit, or null where the branch is trusted
 */
export async function dressTree(git: GitCommand, tree: string, trustedFrom: string | null): Promise<string> {
  return trustedFrom === null ? tree : withTrustedPathsOf(git, tree, trustedFrom);
}

/** The work of a tree that was read from disk: its trusted paths are again those of `commit`. */
export async function undressTree(
  git: GitCommand,
  tree: string,
  session: { trustedFrom: string | null; commit: string },
): Promise<string> {
  return session.trustedFrom === null ? tree : withTrustedPathsOf(git, tree, session.commit);
}
