import type { Refused } from '../contracts.ts';

/** What was asked for is not there. */
export function refuseUnknown(what: string): Refused {
  return {
    status: 'refused',
    code: 'not_found',
    message: `There is no such ${what}.`,
    remedy: 'Look at the session for what there is.',
  };
}
