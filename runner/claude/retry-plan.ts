import type { FailureKind } from '../../protocol/outcome.ts';

export type RetryPolicy = {
  /** How often a turn is taken up again after errors of the model's side. */
  apiRetries: number;
  firstDelayMs: number;
  maxDelayMs: number;
};

/** Beyond five minutes in all a person should know: the task fails, resumable, with the reason. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = { apiRetries: 4, firstDelayMs: 10_000, maxDelayMs: 120_000 };

/** What has been tried again in this turn so far. */
export type Tries = { api: number; crashes: number };

/** A process that dies in the same turn again would do so a third time. */
export const MAX_CRASHES = 1;

export type RetryPlan =
  | { type: 'give_up' }
  | { type: 'back_off'; delayMs: number; tries: Tries }
  | { type: 'resume'; tries: Tries };

/**
 * Retry is by kind: the model's side backs off, a dead or silent process is resumed once, the rest would fail
 * again or needs a person. Pure; `random` is in [0, 1).
 */
export function planRetry(kind: FailureKind, tries: Tries, policy: RetryPolicy, random: number): RetryPlan {
  switch (kind) {
    case 'api_overloaded':
    case 'api_unreachable':
    case 'api_error': {
      if (tries.api >= policy.apiRetries) return { type: 'give_up' };
      const ceiling = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** tries.api);
      return {
        type: 'back_off',
        delayMs: Math.round(ceiling * (0.5 + random / 2)),
        tries: { ...tries, api: tries.api + 1 },
      };
    }
    case 'stalled':
    case 'killed':
    case 'exited_without_result':
      return tries.crashes >= MAX_CRASHES
        ? { type: 'give_up' }
        : { type: 'resume', tries: { ...tries, crashes: tries.crashes + 1 } };
    default:
      return { type: 'give_up' };
  }
}
