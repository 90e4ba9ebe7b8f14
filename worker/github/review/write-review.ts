import type { GitHubWrite } from '../../github-write.ts';
import { markerOf } from '../reply-marker.ts';
import { createOnce, inRepository, type Made, type WriteTarget } from '../write-target.ts';
import { planReview, type ReviewPlan } from './plan-review.ts';
import { readDiffFiles } from './read-diff-files.ts';
import { readReviewThreads, resolveThread } from './read-review-threads.ts';
import { renderReview, reviewComment } from './render-review.ts';

type ReviewWrite = Extract<GitHubWrite, { kind: 'review' }>;

const PAGE = 100;
const MAX_PAGES = 3;

/**
 * Writes one review with its findings beside their lines, then resolves what earlier reviews found and is gone. Made
 * anew from what GitHub knows at each try, so that none of it comes twice.
 */
export async function writeReview(
  target: WriteTarget,
  write: ReviewWrite,
): Promise<Made & { fresh: number }> {
  const { octokit, thread } = target;
  const { headSha: head, base } = write;
  const [files, threads] = await Promise.all([
    readDiffFiles(octokit, thread, { base, head }),
    readReviewThreads(octokit, thread),
  ]);
  const plan = planReview(write.findings, files, threads);
  const { remoteId, url } = target.known();
  const made = remoteId === null ? await createReview(target, write, plan) : { remoteId, url };
  for (const threadId of plan.resolve) await resolveThread(octokit, threadId);
  return { ...made, fresh: plan.fresh.length };
}

function createReview(target: WriteTarget, write: ReviewWrite, plan: ReviewPlan): Promise<Made> {
  const { octokit, thread } = target;
  const marker = markerOf(write.key);
  const pull = { ...inRepository(thread), pull_number: thread.issueNumber };
  return createOnce(target, {
    create: async () => {
      const { data } = await octokit.rest.pulls.createReview({
        ...pull,
        commit_id: write.headSha,
        event: 'COMMENT',
        body: `${renderReview(write.summary, plan, write.sessionUrl)}\n\n${marker}`,
        comments: plan.fresh.map(reviewComment),
      });
      return { remoteId: data.id, url: data.html_url };
    },
    find: async () => {
      // Oldest first; a pull request with more reviews than these is read no further.
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const { data } = await octokit.rest.pulls.listReviews({ ...pull, per_page: PAGE, page });
        const ours = data.find(({ user, body }) => user?.type === 'Bot' && body.includes(marker));
        if (ours !== undefined) return { remoteId: ours.id, url: ours.html_url };
        if (data.length < PAGE) break;
      }
      return null;
    },
  });
}
