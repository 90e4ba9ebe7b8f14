import { classifyGitFailure } from './classify-git-failure.ts';
import { NETWORK_ATTEMPTS, NETWORK_RETRY_FIRST_MS, NETWORK_RETRY_MAX_MS } from './git-limits.ts';
import type { GitResult } from './run-git.ts';

export type RetryDeps = {
  /** Between 0 and 1. */
  random: () => number;
  sleep: (ms: number) => Promise<void>;
};

/** Full jitter: runners that lost the same server together come back one by one. */
export function retryDelayMs(attempt: number, random: number): number {
  return random * Math.min(NETWORK_RETRY_MAX_MS, NETWORK_RETRY_FIRST_MS * 2 ** attempt);
}

/** Repeats a command that did not reach its server, a few times; every other result is final. */
export async function retryUnreachable(
  attemptOnce: () => Promise<GitResult>,
  deps: RetryDeps,
): Promise<GitResult> {
  for (let attempt = 0; ; attempt += 1) {
    const result = await attemptOnce();
    if (result.ok || classifyGitFailure(result) !== 'unreachable' || attempt + 1 >= NETWORK_ATTEMPTS)
      return result;
    await deps.sleep(retryDelayMs(attempt, deps.random()));
  }
}
