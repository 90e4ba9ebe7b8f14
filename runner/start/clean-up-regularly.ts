import type { Logger } from 'pino';
import type { Workspaces } from '../workspace/open-workspaces.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

/** Sessions whose conversation went on after a weekend or a holiday find their worktree still there. */
const LIMITS = { maxAgeMs: 14 * DAY_MS, maxTotalBytes: 50_000_000_000, minIdleMs: HOUR_MS };

/** Removes worktrees that nobody needs, as far as nothing can be lost, and names those that a person must look at. */
export function cleanUpRegularly(workspaces: Workspaces, log: Logger): () => void {
  const cleanUp = (): void => {
    workspaces.cleanUp(LIMITS).then(
      (report) => log.info(report, 'runner.cleaned_up'),
      (error: unknown) => log.error({ err: error }, 'runner.clean_up_failed'),
    );
  };
  const timer = setInterval(cleanUp, HOUR_MS);
  timer.unref();
  return () => clearInterval(timer);
}
