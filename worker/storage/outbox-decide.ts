/** What the far side said of a send. */
export type SendResult =
  | { status: 'done' }
  /** `afterMs`: the far side named a time (`retry-after`); it counts as an attempt like any other. */
  | { status: 'retry'; reason: string; afterMs?: number }
  /** It was not sent: its turn has not come. No failure, and no attempt. */
  | { status: 'later'; reason: string; afterMs: number }
  /** Trying again can't help. */
  | { status: 'park'; reason: string };

/** How often and how long a lane is tried. */
export type LanePolicy = {
  /** `Infinity` where the far side is sure to come back and the rows are of use even then. */
  maxAttempts: number;
  firstDelayMs: number;
  maxDelayMs: number;
};

/** About half an hour in all: longer than a deploy or a bad spell, shorter than a person's patience. */
export const DEFAULT_LANE_POLICY: LanePolicy = { maxAttempts: 40, firstDelayMs: 250, maxDelayMs: 60_000 };

export type AfterSend =
  | { status: 'remove' }
  | { status: 'wait'; retryAtMs: number; attempts: number; reason: string }
  | { status: 'later'; retryAtMs: number }
  | { status: 'park'; attempts: number; reason: string };

/** Exponential backoff with full jitter (any wait between 0 and the cap of this attempt is as likely). */
export function backoffMs(attempt: number, policy: LanePolicy, random: number): number {
  const ceiling = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** Math.min(attempt - 1, 30));
  return Math.ceil(ceiling * random);
}

/**
 * Decides what becomes of an item after a send.
 *
 * @param attemptsBefore failed attempts before this one.
 * @param random from 0 to 1, for the jitter.
 */
export function decideAfterSend(
  attemptsBefore: number,
  result: SendResult,
  policy: LanePolicy,
  nowMs: number,
  random: number,
): AfterSend {
  switch (result.status) {
    case 'done':
      return { status: 'remove' };
    case 'park':
      return { status: 'park', attempts: attemptsBefore + 1, reason: result.reason };
    case 'later':
      return { status: 'later', retryAtMs: nowMs + result.afterMs };
    case 'retry': {
      const attempts = attemptsBefore + 1;
      if (attempts >= policy.maxAttempts) {
        return { status: 'park', attempts, reason: `Gave up after ${attempts} attempts: ${result.reason}` };
      }
      const waitMs = Math.max(result.afterMs ?? 0, backoffMs(attempts, policy, random));
      return { status: 'wait', retryAtMs: nowMs + waitMs, attempts, reason: result.reason };
    }
  }
}
