import type { GitHubWriteResult } from '../github-write.ts';
import type { Logger } from '../logger.ts';
import { opensPullRequest } from './open-pull-request.ts';
import { takeGitHubResult, taskNumberIn } from './publish-result.ts';
import type { SessionCore } from './session-core.ts';

/** Hands what became of a write to GitHub to the task that it is about. */
export function takeGitHubWritten(core: SessionCore, logger: Logger, result: GitHubWriteResult): void {
  const { session } = core.memory;
  const number = taskNumberIn(result.key);
  if (result.status === 'parked') {
    logger.warn('session.github_write_parked', { key: result.key, reason: result.message });
  }
  if (number === null || session === null) return;
  const opens = opensPullRequest(session);
  core.step(number, (task, nowMs) => takeGitHubResult(task, result, nowMs, opens));
}
