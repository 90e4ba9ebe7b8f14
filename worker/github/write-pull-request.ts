import type { GitHubWrite } from '../contracts.ts';
import { createOnce, inRepository, type Made, type WriteTarget } from './write-target.ts';

type PullRequestWrite = Extract<GitHubWrite, { kind: 'pull_request' }>;

/** Opens a pull request, unless one is open for the same head already: then that one is taken. */
export async function writePullRequest(
  target: WriteTarget,
  write: PullRequestWrite,
): Promise<Made & { existed: boolean }> {
  const { octokit, thread } = target;
  const { remoteId, url, tryingSinceMs } = target.known();
  if (remoteId !== null) return { remoteId, url, existed: false };
  const open = await findOpen(target, write);
  if (open !== null) {
    target.save({ ...open, tryingSinceMs: null });
    // One that appeared after our own try is ours.
    return { ...open, existed: tryingSinceMs === null };
  }
  const made = await createOnce(target, {
    find: async () => null,
    create: async () => {
      const { data } = await octokit.rest.pulls.create({
        ...inRepository(thread),
        head: write.head,
        base: write.base,
        title: write.title,
        body: write.body,
        maintainer_can_modify: true,
      });
      return { remoteId: data.number, url: data.html_url };
    },
  });
  return { ...made, existed: false };
}

async function findOpen({ octokit, thread }: WriteTarget, { head }: PullRequestWrite): Promise<Made | null> {
  const { data } = await octokit.rest.pulls.list({
    ...inRepository(thread),
    state: 'open',
    head: `${thread.repository.owner}:${head}`,
    per_page: 1,
  });
  const [pull] = data;
  return pull === undefined ? null : { remoteId: pull.number, url: pull.html_url };
}
