import type { RepositoryConfigState } from '../../protocol/repository-config.ts';
import type { GitHubWrite } from '../github-write.ts';
import type { PullHead } from './read-pull-head.ts';

/** Whether the check run is to stand on each commit of a pull request, because a branch requires it. */
export function standsAlways(config: RepositoryConfigState): boolean {
  // The mistakes may be mended in this very pull request, which must not wait for a check that never comes.
  if (config.status === 'invalid') return true;
  return config.status === 'valid' && config.config.check === 'always';
}

/** The check run of a commit that no task has one on: it holds nobody up. */
export function unaskedCheck({ thread }: PullHead): GitHubWrite {
  const { repository, headSha, url } = thread;
  return {
    kind: 'check_run',
    key: `unasked:${repository.id}:${headSha}`,
    taskId: null,
    thread,
    headSha,
    title: 'Nothing was asked',
    summary: 'No task works on this commit. Mention the App in the pull request to have it worked on.',
    state: { status: 'completed', conclusion: 'neutral' },
    detailsUrl: url,
    unlessThere: true,
  };
}
