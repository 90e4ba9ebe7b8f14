/** What a service says of a branch's head that reports in commit statuses instead of check runs. */
import { branchHead } from '../git/read-refs.ts';
import type { CommitStatus } from '../model.ts';
import { renderStatus } from '../render/render-check-run.ts';
import { accountOf, repositoryNamed } from '../world.ts';
import { type Acted, acting, type Stage } from './acting.ts';

export type GivenStatus = {
  repo: string;
  author: string;
  branch: string;
  context: string;
  state: 'pending' | 'success' | 'failure' | 'error';
  description?: string;
};

/** Sets a status, and announces it. */
export function reportStatus(stage: Stage, given: GivenStatus): Promise<Acted<{ sha: string }>> {
  return acting(stage, async (acted) => {
    const repository = repositoryNamed(acted, given.repo);
    const sha = await branchHead(repository.gitDir, given.branch);
    if (sha === undefined) throw new Error(`The GitHub double's ${given.repo} has no ${given.branch}.`);
    const sender = accountOf(acted, given.author);
    const status: CommitStatus = {
      id: acted.nextId(),
      sha,
      state: given.state,
      context: given.context,
      description: given.description ?? null,
      targetUrl: null,
      creator: sender,
      createdAt: acted.now(),
    };
    repository.statuses.push(status);
    const branches = [{ name: given.branch, commit: { sha, url: acted.baseUrl }, protected: false }];
    const fields = { ...renderStatus(acted, repository, status), sha, branches };
    acted.announce({ event: 'status', repository, sender, fields });
    return { sha };
  });
}
