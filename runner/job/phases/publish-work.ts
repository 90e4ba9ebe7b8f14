import type { PushResult } from '../../git/push-branch.ts';
import { requestGitToken, revokeGitToken } from '../../http/git-token.ts';
import type { JobContext } from '../job-context.ts';
import type { JobEnd } from '../job-end.ts';
import { failed } from '../job-end.ts';
import type { Prepared } from './prepare-workspace.ts';

type Commit = { sha: string; tree: string; branch: string };

/** Brings the approved tree to where it belongs: a commit, and for GitHub a push of it. */
export async function publishWork(context: JobContext, prepared: Prepared, tree: string): Promise<JobEnd> {
  const { job, emit } = context;
  if (job.workspace.type === 'local') return { type: 'kept', branch: null };
  const branch = prepared.filled.branch ?? job.branch;
  if (branch === null) return { type: 'kept', branch: null };
  const commit = await makeCommit(context, prepared, tree, branch);
  if ('end' in commit) return commit.end;
  emit({ type: 'commit.made', ...commit });
  if (job.workspace.type !== 'github') return { type: 'kept', branch };
  return pushCommit(context, prepared, commit);
}

async function makeCommit(
  { job, recall }: JobContext,
  { workspace }: Prepared,
  tree: string,
  branch: string,
): Promise<Commit | { end: JobEnd }> {
  // An earlier life made it and may have pushed it: a second commit of the same tree would be refused.
  if (recall.commit?.tree === tree) return { ...recall.commit, branch };
  const { subject, body, author, coAuthor } = job.commit;
  const committed = await workspace.commit({ tree, message: { subject, body }, author, coAuthor });
  if (!committed.ok) return { end: { type: 'failed', failure: committed.failure } };
  if (!committed.changed) return { end: { type: 'unchanged' } };
  return { sha: committed.sha, tree: committed.tree, branch };
}

async function pushCommit(context: JobContext, { workspace }: Prepared, commit: Commit): Promise<JobEnd> {
  const { emit, api, epoch, secrets } = context;
  const { sha, tree, branch } = commit;
  const access = await requestGitToken(api, { access: 'write', epoch, tree });
  if (access.status !== 'granted') {
    const remedy =
      access.status === 'refused'
        ? access.remedy
        : 'Look whether the control plane is up, then run the task again.';
    return failed('push_failed', `There is no access to push ${branch}: ${access.message}`, remedy);
  }
  const { token } = access;
  if (token !== null) secrets.add(token);
  try {
    const pushed = await workspace.push({ sha, getToken: async () => token });
    if (!pushed.ok) return { type: 'failed', failure: pushed.failure };
    if (pushed.status !== 'pushed') return refusedPush(pushed, branch);
    emit({ type: 'push.done', sha, branch });
    return { type: 'published', branch, sha, tree };
  } finally {
    if (token !== null && !(await revokeGitToken(api, token))) {
      context.log.warn({ branch }, 'job.token_not_revoked');
    }
  }
}

function refusedPush(result: Exclude<PushResult, { status: 'pushed' }>, branch: string): JobEnd {
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
      );
  }
}
