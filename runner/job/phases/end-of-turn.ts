import type { InterruptReason, TurnEnd } from '../../claude/driver.ts';
import type { JobEnd } from '../job-end.ts';
import type { StopReason } from '../job-stop.ts';

/** What Claude's turn is ended for. */
export function interruptReason(reason: StopReason | null): InterruptReason {
  switch (reason?.type) {
    case 'cancelled':
    case 'stopped':
      return reason.type;
    default:
      return 'drained';
  }
}

/** What a turn's end means for its job. Null: Claude is done, or waits for an answer. */
export function endOfTurn(end: TurnEnd): JobEnd | null {
  switch (end.type) {
    case 'finished':
    case 'parked':
      return null;
    case 'timed_out':
      return { type: 'exhausted', limit: 'minutes' };
    case 'exhausted':
      return { type: 'exhausted', limit: end.limit };
    case 'failed':
      return { type: 'failed', failure: end.failure };
    case 'interrupted':
      return { type: 'interrupted', reason: `Claude's turn was ended (${end.reason}).` };
  }
}
