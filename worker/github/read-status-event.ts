import { z } from 'zod';
import { commitShaSchema } from '../../protocol/workspace.ts';
import { actOf, actSchema } from './act-payload.ts';
import { payloadMismatch } from './payload-mismatch.ts';
import { conversationOfBranch, type ReadChecks } from './read-checks-event.ts';

const payloadSchema = actSchema.extend({
  sha: commitShaSchema,
  state: z.string(),
  branches: z.array(z.object({ name: z.string() })),
});

/** Something failed, by the words of a service that reports in commit statuses. */
const FAILED: ReadonlySet<string> = new Set(['failure', 'error']);

/** The conversation that a failed status belongs to; null: nothing failed, or on no branch of ours. */
export function conversationOfStatus(state: string, branches: readonly string[]): number | null {
  const found = branches.map(conversationOfBranch).find((number) => number !== null);
  return FAILED.has(state) ? (found ?? null) : null;
}

/** Reads a `status` webhook: to a task it is as if the checks of an App had ended. */
export function readStatusEvent(payload: unknown): ReadChecks {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return payloadMismatch(parsed.error);
  const { sha, state, branches } = parsed.data;
  const names = branches.map(({ name }) => name);
  const issueNumber = conversationOfStatus(state, names);
  const branch = names.find((name) => conversationOfBranch(name) !== null);
  if (issueNumber === null || branch === undefined) {
    return { status: 'ignored', reason: 'nothing failed on a branch of ours' };
  }
  return {
    status: 'checks',
    checks: {
      ...actOf(parsed.data),
      appId: null,
      branch,
      headSha: sha,
      issueNumber,
      isOpen: null,
    },
  };
}
