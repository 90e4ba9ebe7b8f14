import type { TaskId } from '../../protocol/ids.ts';
import type { GitHubFailure } from '../github/classify-github-error.ts';
import type { Handled } from '../github/handled.ts';
import { backoffMs, type LanePolicy } from '../storage/outbox-decide.ts';

/** About two hours: a mention should outlive an outage of GitHub's, not come back the next day. */
export const DELIVERY_POLICY: LanePolicy = { maxAttempts: 60, firstDelayMs: 500, maxDelayMs: 240_000 };

/** An error of ours is the same the next time, but a part of the platform that restarts looks like one. */
const MAX_UNEXPECTED_ATTEMPTS = 10;

export type DeliveryEnd =
  | { status: 'done' | 'ignored' | 'parked'; reason: string | null; taskId: TaskId | null }
  /** It stays in the inbox. */
  | { status: 'received'; reason: string; retryAtMs: number };

export type Attempt = { status: 'handled'; handled: Handled } | { status: 'failed'; failure: GitHubFailure };

/**
 * Decides what becomes of a delivery after an attempt.
 *
 * @param attempts including this one.
 * @param random from 0 to 1, for the jitter.
 */
export function decideDelivery(
  attempt: Attempt,
  attempts: number,
  nowMs: number,
  random: number,
): DeliveryEnd {
  if (attempt.status === 'handled') return attempt.handled;
  const { failure } = attempt;
  const retry = (afterMs: number, maxAttempts = DELIVERY_POLICY.maxAttempts): DeliveryEnd => {
    if (attempts >= maxAttempts) return parked(`Gave up after ${attempts} attempts: ${failure.reason}`);
    const waitMs = Math.max(afterMs, backoffMs(attempts, DELIVERY_POLICY, random));
    return { status: 'received', reason: failure.reason, retryAtMs: nowMs + waitMs };
  };
  switch (failure.type) {
    case 'rate_limited':
      return retry(failure.afterMs);
    case 'transient':
    case 'unauthorized':
      return retry(0);
    case 'unexpected':
      return retry(0, MAX_UNEXPECTED_ATTEMPTS);
    case 'refused':
      return parked(`${failure.reason} ${failure.remedy}`);
  }
}

function parked(reason: string): DeliveryEnd {
  return { status: 'parked', reason, taskId: null };
}
