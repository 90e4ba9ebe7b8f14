import { REPOSITORY_CONFIG_PATH, type RepositoryConfigState } from '../../protocol/repository-config.ts';
import type { GitHubWrite } from '../github-write.ts';
import type { ConfigPush } from './read-push.ts';

const NAME = 'Signalbox settings';

/** The check run that tells who pushed a repository's file whether it is valid; null when there is no file. */
export function configCheck(push: ConfigPush, state: RepositoryConfigState): GitHubWrite | null {
  if (state.status === 'none') return null;
  const { repository, installationId, headSha } = push;
  const url = `${repository.htmlUrl}/blob/${headSha}/${REPOSITORY_CONFIG_PATH}`;
  const mistakes = state.status === 'invalid' ? state.mistakes : [];
  const isValid = mistakes.length === 0;
  return {
    kind: 'check_run',
    key: `settings:${repository.id}:${headSha}`,
    taskId: null,
    name: NAME,
    // Of no issue: what has the number 0 shares its turn with other checks of the repository.
    thread: { installationId, repository, issueNumber: 0, isPullRequest: false, url, headSha },
    headSha,
    title: isValid ? 'The settings are valid' : `${mistakes.length} mistake(s) in ${REPOSITORY_CONFIG_PATH}`,
    summary: isValid
      ? `[\`${REPOSITORY_CONFIG_PATH}\`](${url}) is in effect for new tasks.`
      : `New tasks are refused until [\`${REPOSITORY_CONFIG_PATH}\`](${url}) is corrected on \`${repository.defaultBranch}\`.`,
    annotations: mistakes.map(({ path, line, message }) => ({
      path: REPOSITORY_CONFIG_PATH,
      line,
      message: path === '' ? `The file ${message}` : `${path}: ${message}`,
    })),
    state: { status: 'completed', conclusion: isValid ? 'success' : 'failure' },
    detailsUrl: url,
  };
}
