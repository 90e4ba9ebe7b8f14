import { lastWords } from '../redact/last-words.ts';
import type { GitFailure, GitResult, GitSuccess } from './run-git.ts';

/** What git says last explains most. */
export const MAX_SAID_CHARS = 1_000;

/** A git command that had to succeed did not. Turned into a tagged value where the workspace is left. */
export class GitFailedError extends Error {
  readonly failure: GitFailure;

  constructor(failure: GitFailure) {
    const ending = failure.exitCode === null ? failure.reason : `${failure.reason} ${failure.exitCode}`;
    super(`${failure.command} failed (${ending}): ${lastWords(failure.stderr.trim(), MAX_SAID_CHARS)}`);
    this.name = 'GitFailedError';
    this.failure = failure;
  }
}

/** The result of a command that has to succeed. @throws GitFailedError */
export function succeeded(result: GitResult): GitSuccess {
  if (!result.ok) throw new GitFailedError(result);
  return result;
}

/** Its standard output without surrounding white space. @throws GitFailedError */
export function outputOf(result: GitResult): string {
  return succeeded(result).stdout.trim();
}
