import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiFailure, ApiRequest, ApiResponse, ApiResult } from '../protocol/api/client.ts';
import { RECONNECT_FIRST_MS, RECONNECT_MAX_MS } from '../protocol/limits.ts';

/** A call that is not answered within this is made again. */
export const REQUEST_DEADLINE_MS = 20_000;

/** Tries of one call: with the waits between them about two minutes, in which a deployment is back. */
const MAX_TRIES = 12;

export type SendDeps = {
  fetch: typeof fetch;
  /** Between 0 and 1. */
  random: () => number;
  /** Ends waits and calls. */
  signal: AbortSignal;
};

/** Exponential with full jitter: a thousand jobs that one outage cut off do not come back at once. */
export function retryDelayMs(attempt: number, random: number): number {
  return random * Math.min(RECONNECT_MAX_MS, RECONNECT_FIRST_MS * 2 ** Math.min(attempt, 20));
}

export async function sendRequest(
  { method, url, headers, body }: ApiRequest,
  { fetch, signal }: Pick<SendDeps, 'fetch' | 'signal'>,
  deadlineMs = REQUEST_DEADLINE_MS,
): Promise<ApiResponse> {
  const limits = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  // A redirect would carry the key to whoever it names.
  const init: RequestInit = { method, headers, redirect: 'error', signal: limits };
  const response = await fetch(url, body === null ? init : { ...init, body }).catch((error: unknown) => {
    // "fetch failed" helps nobody; what it is made of names the host and what it did.
    throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
  });
  return { status: response.status, text: await response.text() };
}

/** Whether the same call may have another answer in a moment. */
export function mayPass(failure: ApiFailure): boolean {
  switch (failure.reason) {
    case 'unreachable':
      return true;
    case 'unknown_answer':
      return failure.status >= 500 || failure.status === 429;
    case 'problem': {
      const { status, code } = failure.problem;
      return status >= 500 || status === 429 || code === 'idempotency_key_in_use';
    }
  }
}

export function describeFailure(failure: ApiFailure): string {
  if (failure.reason !== 'problem') return failure.message;
  const { detail, remedy, errors = [] } = failure.problem;
  const places = errors.map(({ path, message }) => `${path}: ${message}`);
  return [detail, ...places, remedy].join(' ');
}

/** Makes a call until it succeeds, fails for good, or too often. Waits grow, with jitter. */
export async function insist<T>(
  call: (attempt: number) => Promise<ApiResult<T>>,
  { random, signal }: Pick<SendDeps, 'random' | 'signal'>,
  tries = MAX_TRIES,
): Promise<ApiResult<T>> {
  for (let attempt = 0; ; attempt += 1) {
    const result = await call(attempt);
    if (result.ok || !mayPass(result.failure) || attempt + 1 >= tries || signal.aborted) return result;
    await sleep(retryDelayMs(attempt, random()), undefined, { signal }).catch(() => undefined);
  }
}
