import { z } from 'zod';
import { classifyGitHubError } from './classify-github-error.ts';
import type { Octokit } from './probot.ts';
import type { ChecksEnded } from './read-checks-event.ts';
import type { CheckResult } from './read-failures.ts';
import { inRepository } from './write-target.ts';

/** The latest status of each context. */
const STATUSES = `query($owner: String!, $repo: String!, $sha: GitObjectID!) {
  repository(owner: $owner, name: $repo) {
    object(oid: $sha) { ... on Commit { status { contexts { context state description targetUrl } } } }
  }
}`;

const contextSchema = z.object({
  context: z.string(),
  state: z.string(),
  description: z.string().nullable(),
  targetUrl: z.string().nullable(),
});
const answerSchema = z.object({
  repository: z.object({
    object: z.object({ status: z.object({ contexts: z.array(contextSchema) }).nullable() }).nullable(),
  }),
});

const FAILED: ReadonlySet<string> = new Set(['FAILURE', 'ERROR']);

/**
 * What services say of a commit that report in commit statuses. One that has not ended is not waited for: some stay
 * so until the pull request is merged.
 *
 * @returns none where the App may not read them
 */
export async function readStatuses(
  octokit: Octokit,
  checks: ChecksEnded,
  nowMs: number,
): Promise<CheckResult[]> {
  const answer = await octokit
    .graphql<unknown>(STATUSES, { ...inRepository(checks), sha: checks.headSha })
    .catch((error: unknown) => {
      if (classifyGitHubError(error, nowMs).type === 'refused') return null;
      throw error;
    });
  if (answer === null) return [];
  const { object } = answerSchema.parse(answer).repository;
  return (object?.status?.contexts ?? []).map(({ context, state, description, targetUrl }) => ({
    // Behind the check runs, whose ids say which was first.
    id: Number.MAX_SAFE_INTEGER,
    name: context,
    appId: 0,
    isAction: false,
    ended: true,
    failed: FAILED.has(state),
    title: description ?? '',
    summary: targetUrl ?? '',
    annotations: 0,
  }));
}
