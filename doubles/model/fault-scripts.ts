import type { Script, Step } from './script.ts';
import { text } from './script.ts';

function times(arg: string): number | undefined {
  return arg === '' ? undefined : Number(arg);
}

/** `[[name]]` fails always, `[[name:n]]` n times and then works. */
function fault(name: string, make: (count: number | undefined) => Step): Script {
  return { name, steps: ({ arg }) => [make(times(arg))] };
}

function httpError(
  status: number,
  errorType: string,
  message: string,
  headers?: Record<string, string>,
): (count: number | undefined) => Step {
  return (count) => ({ type: 'http_error', status, errorType, message, headers, times: count });
}

/**
 * `[[usage-limit:seconds since 1970]]`: the plan's limit is used up until then. The CLI only reads these headers
 * when it is logged in with an OAuth token.
 */
const usageLimit: Script = {
  name: 'usage-limit',
  steps: ({ arg }) => [
    {
      type: 'http_error',
      status: 429,
      errorType: 'rate_limit_error',
      message: 'This request would exceed the limit of your plan.',
      headers: {
        'anthropic-ratelimit-unified-status': 'rejected',
        'anthropic-ratelimit-unified-reset': arg,
        'anthropic-ratelimit-unified-representative-claim': 'five_hour',
        'anthropic-ratelimit-unified-overage-status': 'rejected',
      },
    },
  ],
};

/** `[[retry-after:seconds]]`: limited once, with the time after which it works. */
const retryAfter: Script = {
  name: 'retry-after',
  steps: ({ arg }) => [
    {
      type: 'http_error',
      status: 429,
      errorType: 'rate_limit_error',
      message: 'Slow down.',
      retryAfterS: Number(arg),
      times: 1,
      afterwards: text('It works again.'),
    },
  ],
};

/** A model that fails in each of the ways that the real one does. */
export const FAULT_SCRIPTS: readonly Script[] = [
  fault('overloaded', httpError(529, 'overloaded_error', 'Overloaded')),
  fault('server-error', httpError(500, 'api_error', 'Internal server error')),
  fault('unauthorized', httpError(401, 'authentication_error', 'invalid x-api-key')),
  fault('forbidden', httpError(403, 'permission_error', 'This key may not use this model')),
  fault('bad-request', httpError(400, 'invalid_request_error', 'messages: not acceptable')),
  fault('no-credit', httpError(402, 'billing_error', 'Your credit balance is too low')),
  fault('rate-limit', httpError(429, 'rate_limit_error', 'Too many requests')),
  fault('no-model', httpError(404, 'not_found_error', 'model: no such model')),
  fault('stream-error', (count) => ({
    type: 'stream_error',
    errorType: 'overloaded_error',
    message: 'Overloaded',
    times: count,
  })),
  fault('cut-start', (count) => ({ type: 'cut', at: 'start', times: count })),
  fault('cut-middle', (count) => ({ type: 'cut', at: 'middle', times: count })),
  fault('cut-end', (count) => ({ type: 'cut', at: 'end', times: count })),
  fault('hang', (count) => ({ type: 'hang', times: count })),
  fault('stall', (count) => ({ type: 'stall', times: count })),
  usageLimit,
  retryAfter,
];
