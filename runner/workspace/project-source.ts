import type { GitRepository } from '../git/git-repository.ts';

/** A project as a session's worktree needs it, after everything was fetched. */
export type ProjectSource = {
  repository: GitRepository;
  branch: string;
  /** Tip of the base branch. */
  base: string;
  /** Where the branch starts if neither this machine nor the server has it. */
  firstStart: string;
  /** The branch here and on the server, where they have it. */
  localTip: string | null;
  remoteTip: string | null;
  /** The commit whose trusted paths Claude gets to see; null: those of the branch itself. */
  trustedFrom: string | null;
};

/**
 * Where a session's branch is continued. A branch that exists is never moved back or made anew: the one on this
 * machine may have work that was not pushed, the server's is what everybody else sees.
 */
export function branchStart(source: Pick<ProjectSource, 'firstStart' | 'localTip' | 'remoteTip'>): {
  exists: boolean;
  startPoint: string;
} {
  if (source.localTip !== null) return { exists: true, startPoint: source.localTip };
  return { exists: false, startPoint: source.remoteTip ?? source.firstStart };
}
