import type { Failure } from '../../protocol/outcome.ts';
import { describeFailure } from './describe-failure.ts';
import type { TurnEnd } from './driver.ts';
import type { ResultMessage } from './message-schema.ts';

const NOT_LOGGED_IN = /not logged in|please run \/login|authentication_failed|invalid api key|oauth token/i;
const UNREACHABLE =
  /connection (?:refused|error|failed|closed)|timed out|ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|unable to connect/i;

/** When the usage limit resets (ms since 1970), as the CLI told before the result; null when it told nothing. */
export type LimitNotice = { rejected: boolean; resetsAtMs: number | null };

function apiFailure(result: ResultMessage, text: string, limit: LimitNotice | null): Failure {
  const status = result.api_error_status ?? null;
  if (result.api_error === 'usage_limit_reached' || limit?.rejected === true) {
    return describeFailure('usage_limit', text, limit?.resetsAtMs ?? null);
  }
  if (status === 401 || status === 403) return describeFailure('not_logged_in', text);
  if (status === 402) return describeFailure('usage_limit', text);
  if (status === 529 || status === 429 || result.api_error_type === 'overloaded_error') {
    return describeFailure('api_overloaded', text);
  }
  if (status !== null && status >= 500) return describeFailure('api_error', text);
  if (status !== null && status >= 400) return describeFailure('bad_request', text);
  if (result.api_error === 'connection_failed') return describeFailure('api_unreachable', text);
  if (result.api_error === 'max_output_tokens' || result.stop_reason === 'refusal') {
    return describeFailure('bad_request', text);
  }
  if (NOT_LOGGED_IN.test(text)) return describeFailure('not_logged_in', text);
  if (UNREACHABLE.test(text)) return describeFailure('api_unreachable', text);
  return describeFailure('api_error', text);
}

/**
 * What a result says about its turn. `is_error` and `terminal_reason` count: the subtype of an API error is
 * `success`. Pure.
 */
export function classifyResult(result: ResultMessage, limit: LimitNotice | null): TurnEnd {
  const text = result.result ?? result.errors.join('\n');
  if (!result.is_error) return { type: 'finished', text };
  if (result.subtype === 'error_max_turns') return { type: 'exhausted', limit: 'turns' };
  if (result.subtype === 'error_max_budget_usd') return { type: 'exhausted', limit: 'usd' };
  if (result.terminal_reason === 'api_error' || result.api_error_status != null) {
    return { type: 'failed', failure: apiFailure(result, text, limit) };
  }
  if (result.terminal_reason === 'image_error') {
    return { type: 'failed', failure: describeFailure('bad_request', text) };
  }
  return {
    type: 'failed',
    failure: describeFailure('internal', text || `Claude Code ended its turn: ${result.subtype}`),
  };
}
