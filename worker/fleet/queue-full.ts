import type { Refused } from '../contracts.ts';

/** A queue this long takes hours to work off; its owner must be told, not kept waiting. */
export const MAX_QUEUED_JOBS = 10_000;

export function queueFull(): Refused {
  return {
    status: 'refused',
    code: 'queue_full',
    message: `The queue already holds ${MAX_QUEUED_JOBS} jobs.`,
    remedy: 'Add runners or cancel tasks that are no longer wanted, then try again.',
  };
}
