import { z } from 'zod';
import type { AccountKey } from '../../protocol/ids.ts';
import { branchNameSchema, commitShaSchema, type Repository } from '../../protocol/workspace.ts';
import { actOf, actSchema } from './act-payload.ts';
import { payloadMismatch } from './payload-mismatch.ts';
import type { Author } from './read-payload.ts';

/** All checks that one App runs on a commit of a branch of ours have ended, or a status of the commit says that something failed. */
export type ChecksEnded = {
  account: AccountKey;
  author: Author;
  installationId: number;
  repository: Repository;
  /** Whose checks they are; null for a status. */
  appId: number | null;
  branch: string;
  headSha: string;
  /** The issue or pull request that the branch belongs to. */
  issueNumber: number;
  /** Whether a pull request of the branch is open; null where it must be asked for. */
  isOpen: boolean | null;
};

export type ReadChecks =
  | { status: 'checks'; checks: ChecksEnded }
  | { status: 'ignored'; reason: string }
  | { status: 'invalid'; reason: string };

const payloadSchema = actSchema.extend({
  check_suite: z.object({
    head_branch: branchNameSchema.nullish(),
    head_sha: commitShaSchema,
    app: z.object({ id: z.int() }).nullish(),
    pull_requests: z.array(z.object({ number: z.int() })).default([]),
  }),
});

/**
 * The issue or pull request that a branch of ours was made for, by its name (see `session/name-branch.ts`). Null: it
 * is none of ours, or of a conversation that is not on GitHub.
 */
export function conversationOfBranch(branch: string): number | null {
  const found = /^signalbox\/(?:pr-)?([1-9]\d{0,8})-/.exec(branch)?.[1];
  return found === undefined ? null : Number(found);
}

/** Reads a `check_suite.completed` webhook. */
export function readChecksEvent(payload: unknown): ReadChecks {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return payloadMismatch(parsed.error);
  const { check_suite: suite } = parsed.data;
  const branch = suite.head_branch ?? '';
  const issueNumber = conversationOfBranch(branch);
  if (issueNumber === null || suite.app == null) {
    return { status: 'ignored', reason: 'the checks are on no branch of ours' };
  }
  return {
    status: 'checks',
    checks: {
      ...actOf(parsed.data),
      appId: suite.app.id,
      branch,
      headSha: suite.head_sha,
      issueNumber,
      isOpen: suite.pull_requests.length > 0,
    },
  };
}
