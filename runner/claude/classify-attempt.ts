import { classifyExit } from './classify-exit.ts';
import { classifyResult } from './classify-result.ts';
import { describeFailure } from './describe-failure.ts';
import type { TurnEnd } from './driver.ts';
import type { AttemptEnd } from './run-attempt.ts';
import type { StopReason } from './stop-signal.ts';

export function stopEnd(reason: StopReason): TurnEnd {
  switch (reason) {
    case 'timed_out':
      return { type: 'timed_out' };
    case 'out_of_tokens':
      return { type: 'exhausted', limit: 'tokens' };
    default:
      return { type: 'interrupted', reason };
  }
}

/** Gives the end of an attempt its name. Somebody's wish to stop outweighs whatever came of it. Pure. */
export function classifyAttempt(end: AttemptEnd, stopReason: StopReason | null, executable: string): TurnEnd {
  if (stopReason !== null) return stopEnd(stopReason);
  switch (end.type) {
    case 'result':
      return classifyResult(end.result, end.limit);
    case 'gone':
      return { type: 'failed', failure: classifyExit(end.exit, executable) };
    case 'parked':
      return end;
    case 'stalled':
      return { type: 'failed', failure: describeFailure('stalled', 'Claude Code gave no sign of life.') };
    case 'result_missing':
      return { type: 'finished', text: end.text };
    case 'login_refused': {
      const message = `The model's API refused the login of Claude Code (HTTP ${end.status}).`;
      return { type: 'failed', failure: describeFailure('not_logged_in', message) };
    }
    case 'stopped':
    case 'paused':
      throw new Error(`a turn was ${end.type} without a reason`);
  }
}
