import { z } from 'zod';
import type { GitHubThread } from '../../github-write.ts';
import type { Octokit } from '../probot.ts';
import { inRepository } from '../write-target.ts';
import { readFindingMarker } from './finding-marker.ts';
import type { FindingThread } from './plan-review.ts';

const PAGE = 100;
const MAX_PAGES = 5;

/** REST knows nothing of threads. */
const THREADS = `query($owner: String!, $repo: String!, $number: Int!, $first: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      reviewThreads(first: $first, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { id isResolved line comments(first: 1) { nodes { body viewerDidAuthor } } }
      }
    }
  }
}`;

const RESOLVE = `mutation($threadId: ID!) {
  resolveReviewThread(input: { threadId: $threadId }) { thread { id isResolved } }
}`;

const answerSchema = z.object({
  repository: z.object({
    pullRequest: z.object({
      reviewThreads: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
        nodes: z.array(
          z.object({
            id: z.string(),
            isResolved: z.boolean(),
            line: z.int().nullable(),
            comments: z.object({
              nodes: z.array(z.object({ body: z.string(), viewerDidAuthor: z.boolean() })),
            }),
          }),
        ),
      }),
    }),
  }),
});

/** The threads that our own reviews have begun, with what they said. Others are nobody's business here. */
export async function readReviewThreads(octokit: Octokit, thread: GitHubThread): Promise<FindingThread[]> {
  const found: FindingThread[] = [];
  let after: string | null = null;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { owner, repo } = inRepository(thread);
    const answer: unknown = await octokit.graphql(THREADS, {
      owner,
      repo,
      number: thread.issueNumber,
      first: PAGE,
      after,
    });
    const { nodes, pageInfo } = answerSchema.parse(answer).repository.pullRequest.reviewThreads;
    for (const { id: threadId, isResolved, line, comments } of nodes) {
      const [first] = comments.nodes;
      // Anybody can copy a marker.
      const marker = first?.viewerDidAuthor === true ? readFindingMarker(first.body) : null;
      if (marker !== null) found.push({ threadId, ...marker, line, isResolved, text: first?.body ?? '' });
    }
    if (!pageInfo.hasNextPage || pageInfo.endCursor === null) break;
    after = pageInfo.endCursor;
  }
  return found;
}

/** Resolving what is resolved changes nothing. */
export async function resolveThread(octokit: Octokit, threadId: string): Promise<void> {
  await octokit.graphql(RESOLVE, { threadId });
}
