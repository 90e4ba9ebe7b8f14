import { judgePush } from '../../policy/judge-job.ts';
import type { CapturedSide } from '../../workspace/workspace-types.ts';
import type { JobContext } from '../job-context.ts';
import { failed, type JobEnd } from '../job-end.ts';
import { fullName, type NamedWork } from './name-work.ts';
import type { Prepared } from './prepare-workspace.ts';
import {
  askForAccess,
  endAccess,
  noAccess,
  POLICY_REMEDY,
  publishWork,
  refusedPush,
} from './publish-work.ts';
import { commitRequest, pushCommits } from './push-commits.ts';

type Afterwards = (work: Promise<void>) => void;

/**
 * Publishes approved work in every repository that has any; the session's own comes last. No server takes several
 * pushes as one: after a failure those that were pushed stay, and the same task tried again goes on with the rest.
 */
export async function publishAll(
  context: JobContext,
  prepared: Prepared,
  work: NamedWork,
  afterwards: Afterwards,
): Promise<JobEnd> {
  const refusal = judgeSides(context, work);
  if (refusal !== null) return refusal;
  const pushed: string[] = [];
  for (const side of work.sides) {
    const end = await publishSide(context, side, work.name, afterwards);
    if (end !== null) return withPushed(end, pushed);
    pushed.push(fullName(side.side));
  }
  if (work.changed || pushed.length === 0) {
    return withPushed(await publishWork(context, prepared, work.tree, afterwards, work.name), pushed);
  }
  const { branch, head } = prepared.filled;
  if (branch === null || head === null) return { type: 'unchanged' };
  return { type: 'published', branch, sha: head, tree: work.tree, sidesOnly: true };
}

/** The machine's own policy is asked about all of them before the first is pushed. */
function judgeSides({ policy, job }: JobContext, { sides }: NamedWork): JobEnd | null {
  for (const { side } of sides) {
    const { repository, branch } = side;
    const ref = { kind: 'branch' as const, base: repository.defaultBranch };
    const workspace = { type: 'github' as const, repository, ref };
    const refusal = judgePush(policy, { ...job, workspace }, branch ?? '');
    if (refusal !== null) return failed('policy', refusal, POLICY_REMEDY);
  }
  return null;
}

/** @returns null once it is pushed */
async function publishSide(
  context: JobContext,
  { side, captured }: CapturedSide,
  name: string,
  afterwards: Afterwards,
): Promise<JobEnd | null> {
  const branch = side.branch ?? '';
  const access = askForAccess(context, name, side.repository.id);
  try {
    const committed = await side.workspace.commit(commitRequest(context, captured.tree));
    if (!committed.ok) return { type: 'failed', failure: committed.failure };
    const granted = await access;
    if (granted.status !== 'granted') return noAccess(granted, `${branch} of ${fullName(side)}`);
    const { sha, tree, commits } = committed;
    const pushed = await pushCommits(
      context,
      side.workspace,
      { sha, tree, branch, commits },
      granted.token,
      side,
    );
    if (!pushed.ok) return { type: 'failed', failure: pushed.failure };
    if (pushed.status !== 'pushed') return refusedPush(pushed, `${branch} of ${fullName(side)}`);
    return null;
  } finally {
    afterwards(access.then((answer) => endAccess(context, answer, branch)));
  }
}

function withPushed(end: JobEnd, pushed: readonly string[]): JobEnd {
  if (end.type !== 'failed' || pushed.length === 0) return end;
  const message = `${end.failure.message} Pushed before it: ${pushed.join(', ')}.`.slice(0, 2_000);
  return { ...end, failure: { ...end.failure, message } };
}
