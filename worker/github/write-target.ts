import type { GitHubThread, SignedCommits } from '../github-write.ts';
import { classifyGitHubError } from './classify-github-error.ts';
import type { Octokit } from './probot.ts';

/** What we know of something written to GitHub. */
export type Written = {
  /** Id of the comment or check run, number of the pull request; null until GitHub answered. */
  remoteId: number | null;
  url: string | null;
  /** The commit a check run hangs on. */
  headSha: string | null;
  /** Since when a first write may have arrived without our knowing. */
  tryingSinceMs: number | null;
  /** It was deleted on GitHub and made anew, which happens once. */
  recreated: boolean;
  sentMs: number | null;
  /** What a check run says beside lines already: GitHub adds to it with each call and takes nothing away. */
  annotated?: string[];
  /** The last request to have a check run anew that was followed, and the run before it. */
  again?: { request: string; before: number | null };
  /** Commits that GitHub has made so far, by those that they are made of. */
  signed?: Record<string, SignedCommits>;
};

/** What a write to GitHub needs: a client, and what is known of the same thing from before. */
export type WriteTarget = {
  octokit: Octokit;
  thread: GitHubThread;
  known: () => Written;
  /** Durable: stored before the next call is made. */
  save: (changes: Partial<Written>) => void;
  nowMs: () => number;
};

export const inRepository = ({ repository }: Pick<GitHubThread, 'repository'>) => ({
  owner: repository.owner,
  repo: repository.name,
});

/** Clocks differ, and GitHub's `since` is about the last change. */
const CLOCK_SLACK_MS = 120_000;

export function sinceOf(trySinceMs: number): string {
  return new Date(trySinceMs - CLOCK_SLACK_MS).toISOString();
}

/**
 * Makes something on GitHub at most once. An earlier try whose answer was lost may have succeeded: then it is looked
 * for first.
 */
export async function createOnce(
  target: WriteTarget,
  steps: { find: (sinceMs: number) => Promise<Made | null>; create: () => Promise<Made> },
): Promise<Made & { found: boolean }> {
  const since = target.known().tryingSinceMs;
  if (since !== null) {
    const found = await steps.find(since);
    if (found !== null) {
      target.save({ ...found, tryingSinceMs: null });
      return { ...found, found: true };
    }
  }
  target.save({ tryingSinceMs: since ?? target.nowMs() });
  const made = await steps.create().catch((error: unknown) => {
    const { type } = classifyGitHubError(error, target.nowMs());
    const nothingWasMade = type === 'refused' || type === 'rate_limited' || type === 'unauthorized';
    if (nothingWasMade && since === null) target.save({ tryingSinceMs: null });
    throw error;
  });
  target.save({ ...made, tryingSinceMs: null, sentMs: target.nowMs() });
  return { ...made, found: false };
}

export type Made = { remoteId: number; url: string | null };
