import type { GitHubThread } from '../../github-write.ts';
import type { Octokit } from '../probot.ts';
import type { PullRef } from '../read-payload.ts';
import type { DiffFile } from './parse-patch.ts';
import type { FindingThread } from './plan-review.ts';
import { readDiffFiles } from './read-diff-files.ts';
import { readReviewThreads } from './read-review-threads.ts';

/** What a review is about, and what earlier ones have said. */
export async function readReview(
  octokit: Octokit,
  thread: GitHubThread,
  { baseRef, headSha }: PullRef,
): Promise<{ files: DiffFile[]; threads: FindingThread[] }> {
  const [files, threads] = await Promise.all([
    readDiffFiles(octokit, thread, { base: baseRef, head: headSha }),
    readReviewThreads(octokit, thread),
  ]);
  return { files, threads };
}
