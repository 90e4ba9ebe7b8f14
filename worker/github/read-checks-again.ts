import { z } from 'zod';
import { commitShaSchema } from '../../protocol/workspace.ts';
import { actOf, actSchema } from './act-payload.ts';
import { taskOfCheck } from './check-actions.ts';
import { payloadMismatch } from './payload-mismatch.ts';
import type { Octokit } from './probot.ts';
import type { RequestedAction } from './read-requested-action.ts';

/** Somebody asked for all our checks of a commit to be run again. */
export type ChecksAgain = Omit<RequestedAction, 'taskId' | 'press'> & { headSha: string };

export type ReadChecksAgain = { status: 'again'; again: ChecksAgain } | { status: 'invalid'; reason: string };

const payloadSchema = actSchema.extend({
  check_suite: z.object({ head_sha: commitShaSchema }),
});

/** Reads a `check_suite.rerequested` webhook: GitHub sends it to the App alone whose checks they are. */
export function readChecksAgain(deliveryId: string, payload: unknown): ReadChecksAgain {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return payloadMismatch(parsed.error);
  return {
    status: 'again',
    again: {
      triggerId: `checks_again:${deliveryId}`,
      ...actOf(parsed.data),
      headSha: parsed.data.check_suite.head_sha,
    },
  };
}

/** One a task whose check is on the commit, as if somebody had asked for each. */
export async function findOwnChecks(
  octokit: Octokit,
  { headSha, ...asked }: ChecksAgain,
  ownAppId: number,
): Promise<RequestedAction[]> {
  const { data } = await octokit.rest.checks.listForRef({
    owner: asked.repository.owner,
    repo: asked.repository.name,
    ref: headSha,
    filter: 'latest',
    per_page: 100,
  });
  const ours = data.check_runs.filter(({ app }) => app?.id === ownAppId);
  const tasks = new Set(ours.map((run) => taskOfCheck(run.external_id ?? '')).filter((id) => id !== null));
  return [...tasks].map((taskId) => ({ ...asked, taskId, press: { type: 'check' } }));
}
