import type { GitHubWrite } from '../github-write.ts';
import { createOnce, inRepository, type Made, type WriteTarget } from './write-target.ts';

type PullRequestWrite = Extract<GitHubWrite, { kind: 'pull_request' }>;

/** Opens a pull request, unless one is open for the same head already: then that one is taken. */
export async function writePullRequest(
  target: WriteTarget,
  write: PullRequestWrite,
): Promise<Made & { existed: boolean }> {
  const { octokit, thread } = target;
  if (write.number !== undefined) return writeAnew(target, write, write.number);
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

/** Nobody has had time to change the text: it is written right after the last of several was opened. */
async function writeAnew(
  { octokit, thread }: WriteTarget,
  { body }: PullRequestWrite,
  number: number,
): Promise<Made & { existed: boolean }> {
  const { data } = await octokit.rest.pulls.update({ ...inRepository(thread), pull_number: number, body });
  return { remoteId: data.number, url: data.html_url, existed: true };
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
