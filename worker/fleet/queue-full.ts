import type { Refused } from '../contracts.ts';

/** A queue this long takes hours to work off; its owner must be told, not kept waiting. */
export const MAX_QUEUED_JOBS = 10_000;

/** One person's mistake must not fill the queue for all others. */
export const MAX_QUEUED_OF_ONE = 5_000;

export function queueFull(): Refused {
  return {
    status: 'refused',
    code: 'queue_full',
    message: `The queue already holds ${MAX_QUEUED_JOBS} jobs.`,
    remedy: 'Add runners or cancel tasks that are no longer wanted, then try again.',
  };
}

export function fullForPerson(requester: string): Refused {
  return {
    status: 'refused',
    code: 'queue_full',
    message: `${MAX_QUEUED_OF_ONE} jobs of ${requester} wait in the queue already.`,
    remedy: 'Cancel those that are no longer wanted, or wait until some are done, then try again.',
  };
}
