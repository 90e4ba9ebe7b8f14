import type { Schedule } from '../../../protocol/schedules.ts';
import type { Refused } from '../../contracts.ts';

export function unknown(key: string): Refused {
  return {
    status: 'refused',
    code: 'not_found',
    message: `There is no schedule called ${key}.`,
    remedy: 'Look at the list of them.',
  };
}

export function notPaused({ name }: Schedule): Refused {
  return {
    status: 'refused',
    code: 'not_allowed',
    message: `The schedule "${name}" is not paused.`,
    remedy: 'Nothing is needed: what is not paused runs when it is due, unless it is switched off.',
  };
}

export function stillRuns({ name }: Schedule): Refused {
  return {
    status: 'refused',
    code: 'conflict',
    message: `A run of the schedule "${name}" is not over.`,
    remedy: 'Wait for it or end its task; with the overlap "queue" or "cancel" another one may be asked for.',
  };
}
