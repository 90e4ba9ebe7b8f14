import type { PushResult } from '../../git/push-branch.ts';
import { type GitTokenResult, requestGitToken, revokeGitToken } from '../../http/git-token.ts';
import { judgePush } from '../../policy/judge-job.ts';
import type { JobContext } from '../job-context.ts';
import type { JobEnd } from '../job-end.ts';
import { failed } from '../job-end.ts';
import type { Prepared } from './prepare-workspace.ts';
import { type Commits, commitRequest, pushCommits } from './push-commits.ts';

export const POLICY_REMEDY =
  'The work is kept on the runner. Whoever looks after it can change its policy (`signalbox-runner doctor` shows it), or another runner can do the task (`retry`).';

/**
 * Brings the approved tree to where it belongs: a commit, and for GitHub a push of it. The token for the push is asked
 * for while the commit is made.
 *
 * @param name of all that was approved, where that is more than this tree
 * @param afterwards takes what may end after the job's last event, as revoking the token
 */
export async function publishWork(
  context: JobContext,
  prepared: Prepared,
  tree: string,
  afterwards: (work: Promise<void>) => void,
  name = tree,
): Promise<JobEnd> {
  const { job, emit } = context;
  if (job.workspace.type === 'local') return { type: 'kept', branch: null };
  const branch = prepared.filled.branch ?? job.branch;
  if (branch === null) return { type: 'kept', branch: null };
  if (job.workspace.type === 'github') {
    const refusal = judgePush(context.policy, job, branch);
    if (refusal !== null) return failed('policy', refusal, POLICY_REMEDY);
  }
  const access = job.workspace.type === 'github' ? askForAccess(context, name) : null;
  try {
    const commit = await makeCommit(context, prepared, tree, branch);
    if ('end' in commit) return commit.end;
    const isDraft = access !== null && job.options.verifiedCommits;
    emit({ type: 'commit.made', ...commit, ...(isDraft ? { draft: true as const } : {}) });
    return access === null
      ? { type: 'kept', branch }
      : await pushCommit(context, prepared, commit, await access);
  } finally {
    if (access !== null) afterwards(access.then((answer) => endAccess(context, answer, branch)));
  }
}

/** @param repositoryId where it is not the one that the session works in */
export async function askForAccess(
  { api, epoch, secrets }: JobContext,
  tree: string,
  repositoryId?: number,
): Promise<GitTokenResult> {
  const place = repositoryId === undefined ? {} : { repositoryId };
  const access = await requestGitToken(api, { access: 'write', epoch, tree, ...place });
  if (access.status === 'granted' && access.token !== null) secrets.add(access.token);
  return access;
}

export async function endAccess(
  { api, log }: JobContext,
  access: GitTokenResult,
  branch: string,
): Promise<void> {
  if (access.status !== 'granted' || access.token === null) return;
  if (!(await revokeGitToken(api, access.token))) log.warn({ branch }, 'job.token_not_revoked');
}

async function makeCommit(
  context: JobContext,
  { workspace }: Prepared,
  tree: string,
  branch: string,
): Promise<Commits | { end: JobEnd }> {
  const { recall } = context;
  // An earlier life made it and may have pushed it: a second commit of the same tree would be refused.
  if (recall.commit?.tree === tree) return { ...recall.commit, branch };
  const committed = await workspace.commit(commitRequest(context, tree));
  if (!committed.ok) return { end: { type: 'failed', failure: committed.failure } };
  if (!committed.changed) return { end: { type: 'unchanged' } };
  return { sha: committed.sha, tree: committed.tree, branch, commits: committed.commits };
}

async function pushCommit(
  context: JobContext,
  { workspace }: Prepared,
  commits: Commits,
  access: GitTokenResult,
): Promise<JobEnd> {
  const { sha, tree, branch } = commits;
  if (access.status !== 'granted') return noAccess(access, branch);
  const pushed = await pushCommits(context, workspace, commits, access.token, null);
  if (!pushed.ok) return { type: 'failed', failure: pushed.failure };
  if (pushed.status !== 'pushed') return refusedPush(pushed, branch);
  const isDraft = context.job.options.verifiedCommits;
  return { type: 'published', branch, sha, tree, ...(isDraft ? { draft: true as const } : {}) };
}

export function noAccess(access: Exclude<GitTokenResult, { status: 'granted' }>, branch: string): JobEnd {
  const remedy =
    access.status === 'refused'
      ? access.remedy
      : 'Look whether the control plane is up, then run the task again.';
  const what = `There is no access to push ${branch}: ${access.message}`;
  return failed('push_failed', what, remedy, access.status === 'unreachable');
}

export function refusedPush(result: Exclude<PushResult, { status: 'pushed' }>, branch: string): JobEnd {
  switch (result.status) {
    case 'rejected':
      return failed(
        'push_rejected',
        `Somebody else pushed to ${branch} while Claude worked.`,
        'Run the task again with `retry`: it starts from what the branch is now.',
      );
    case 'refused':
      return failed(
        'push_rejected',
        `The server refused the push to ${branch}: ${result.message}`,
        "Look at the repository's branch rules and at what the App may do.",
      );
    case 'failed':
      return failed(
        'push_failed',
        `Pushing ${branch} failed (${result.trouble}): ${result.message}`,
        'Run the task again with `retry` once the server can be reached.',
        result.trouble === 'unreachable' || result.trouble === 'deadline',
      );
  }
}
