import type { FailureKind } from '../../protocol/outcome.ts';
import { classifyGitFailure } from '../git/classify-git-failure.ts';
import { GitFailedError } from '../git/git-failed-error.ts';
import type { WorkspaceFailure } from './workspace-types.ts';

type Trouble = WorkspaceFailure['trouble'];

/** What a person can do about it. */
function remedyFor(trouble: Trouble): string {
  switch (trouble) {
    case 'denied':
      return 'Check that the GitHub App is installed for this repository and may read and write its contents.';
    case 'not_found':
      return 'Check that the repository exists and that the GitHub App is installed for it.';
    case 'moved':
      return 'The repository was renamed or transferred. Mention the app again to use its new address.';
    case 'unreachable':
      return "Check the runner's network and proxy settings and the server's status page, then retry.";
    case 'missing_ref':
      return 'The branch or pull request is no longer there. Check its name, or mention the app again.';
    case 'no_base':
      return 'Push a first commit to the base branch, then retry.';
    case 'disk_full':
      return "Free space on the runner's disk (`signalbox-runner doctor` shows it), then retry.";
    case 'corrupt':
      return 'The local copy of the repository is damaged and could not be made anew. Check the disk, then retry.';
    case 'locked':
      return 'Another git process keeps its lock in this repository. End it or wait, then retry.';
    case 'branch_in_use':
      return 'The branch is checked out somewhere else. Switch that worktree to another branch, then retry.';
    case 'deadline':
      return 'It took too long. Check the network and the load of the machine, then retry.';
    case 'aborted':
      return 'It was asked to stop.';
    case 'not_installed':
      return 'Install git on the runner and make sure that it is on the PATH.';
    case 'unsupported':
      return 'Use another kind of workspace for this session.';
    case 'busy':
      return 'Wait until the other task of this session has ended.';
    case 'wrong_branch':
      return 'Give the session a branch of its own.';
    case 'wrong_path':
      return 'Check the path; it is on the machine of the runner.';
    case 'no_commits_here':
      return 'Nothing is committed in a plain folder. Use a worktree for that.';
    case 'failed':
      return "Look at git's message, mend its cause, then retry.";
  }
}

/** What may be gone in a minute without anybody's doing. */
const PASSING: ReadonlySet<Trouble> = new Set(['unreachable', 'deadline', 'locked']);

export function workspaceFailure(kind: FailureKind, trouble: Trouble, message: string): WorkspaceFailure {
  const retryAt = null;
  return {
    ok: false,
    trouble,
    failure: {
      kind: trouble === 'disk_full' ? trouble : kind,
      message: message.slice(0, 2_000),
      remedy: remedyFor(trouble),
      retryAt,
      ...(PASSING.has(trouble) ? { transient: true } : {}),
    },
  };
}

/** A failure of the file system that people can mend. */
function fileTrouble(error: unknown): Trouble | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') return 'disk_full';
  if (error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS') return 'wrong_path';
  return null;
}

/**
 * Runs a step and turns the failures that are expected of git and of the disk into values.
 *
 * @param what begins the message: what failed, on what
 */
export async function tagFailures<T>(
  kind: FailureKind,
  what: string,
  work: () => Promise<T>,
): Promise<T | WorkspaceFailure> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GitFailedError) {
      return workspaceFailure(kind, classifyGitFailure(error.failure), `${what}: ${error.message}`);
    }
    const trouble = fileTrouble(error);
    if (trouble === null || !(error instanceof Error)) throw error;
    return workspaceFailure(kind, trouble, `${what}: ${error.message}`);
  }
}
