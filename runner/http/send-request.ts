import type { ApiRequest, ApiResponse } from '../../protocol/api/client.ts';

/** The control plane's address as the typed client wants it: without a slash at its end. */
export const baseUrlOf = (url: string) => url.replace(/\/+$/, '');

/** Sends requests of the typed client; one that is not answered in time is given up. */
export function sendWithin(
  deadlineMs: number,
  fetch: typeof globalThis.fetch,
): (request: ApiRequest) => Promise<ApiResponse> {
  return async ({ method, url, headers, body }) => {
    // A redirect would carry the key to whoever it names.
    const init: RequestInit = { method, headers, redirect: 'error', signal: AbortSignal.timeout(deadlineMs) };
    try {
      const response = await fetch(url, body === null ? init : { ...init, body });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      // "fetch failed" helps nobody; what it is made of names the host and what it did.
      throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
    }
  };
}
