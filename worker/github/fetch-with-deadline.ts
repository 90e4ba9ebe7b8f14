/** GitHub ends requests itself after 10 s. */
const REQUEST_DEADLINE_MS = 12_000;

/** `fetch` that gives up: without an answer a delivery or a write would hang instead of being tried again. */
export function fetchWithDeadline(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const deadline = AbortSignal.timeout(REQUEST_DEADLINE_MS);
  const signal =
    init.signal === null || init.signal === undefined ? deadline : AbortSignal.any([init.signal, deadline]);
  return fetch(input, { ...init, signal });
}
