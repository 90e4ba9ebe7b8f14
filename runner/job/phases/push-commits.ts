import { breakReferences } from '../../../redact/break-references.ts';
import { stagedRef } from '../../git/keep-state.ts';
import type { PushResult } from '../../git/push-branch.ts';
import type { SessionWorkspace, SideWorkspace, WorkspaceFailure } from '../../workspace/workspace-types.ts';
import type { JobContext } from '../job-context.ts';
import { eventOf } from './name-work.ts';

/** What was committed; `sha` is the last of them. */
export type Commits = { sha: string; tree: string; branch: string; commits: number };

/**
 * Brings commits to GitHub and says so: to their branch, or, where GitHub is to sign them, beside it.
 *
 * @param side the repository, where it is not the one that the session works in
 */
export async function pushCommits(
  { job, emit }: Pick<JobContext, 'job' | 'emit'>,
  workspace: Pick<SessionWorkspace, 'push'>,
  { sha, tree, branch, commits }: Commits,
  token: string | null,
  side: SideWorkspace | null,
): Promise<({ ok: true } & PushResult) | WorkspaceFailure> {
  const { sessionId, taskNumber, options } = job;
  const ref = options.verifiedCommits ? stagedRef({ sessionId, taskNumber }) : null;
  const pushed = await workspace.push({
    sha,
    getToken: async () => token,
    ...(ref === null ? {} : { stagedAs: ref }),
  });
  if (!pushed.ok || pushed.status !== 'pushed') return pushed;
  const place = side === null ? {} : eventOf(side);
  if (ref !== null) emit({ type: 'push.staged', ...place, sha, tree, branch, ref, commits });
  else if (side === null) emit({ type: 'push.done', sha, branch });
  else emit({ type: 'repository.pushed', ...eventOf(side), sha, tree, branch });
  return pushed;
}

/** What a commit of the task says, and whether Claude's own are kept. */
export function commitRequest(
  { job, redactor }: Pick<JobContext, 'job' | 'redactor'>,
  tree: string,
): Parameters<SessionWorkspace['commit']>[0] {
  const { subject, body, author, coAuthor } = job.commit;
  const request = { tree, message: { subject, body }, author, coAuthor };
  if (job.options.commitStyle !== 'several') return request;
  return { ...request, several: { clean: (message) => breakReferences(redactor.text(message)) } };
}
