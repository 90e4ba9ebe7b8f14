import { z } from 'zod';
import { commitShaSchema } from '../../protocol/workspace.ts';
import type { GitHubThread } from '../github-write.ts';
import { payloadMismatch } from './payload-mismatch.ts';
import { envelopeSchema, timeSchema } from './payload-schemas.ts';
import { toRepository } from './webhook-repository.ts';

/** An open pull request has a head that nobody has asked anything about yet. */
export type PullHead = { thread: GitHubThread & { headSha: string }; atMs: number };

export type ReadPullHead = { status: 'head'; head: PullHead } | { status: 'invalid'; reason: string };

const payloadSchema = envelopeSchema.extend({
  pull_request: z.object({
    number: z.int().positive(),
    html_url: z.url(),
    updated_at: timeSchema,
    head: z.object({ sha: commitShaSchema }),
  }),
});

/** Reads a `pull_request` webhook for the commit that the pull request has come to. */
export function readPullHead(payload: unknown): ReadPullHead {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return payloadMismatch(parsed.error);
  const { installation, repository, pull_request: pull } = parsed.data;
  const thread = {
    installationId: installation.id,
    repository: toRepository(repository),
    issueNumber: pull.number,
    isPullRequest: true,
    url: pull.html_url,
    headSha: pull.head.sha,
  };
  return { status: 'head', head: { thread, atMs: pull.updated_at } };
}
