import { wholeAnswer } from '../whole-answer.ts';

/** GitHub ends requests itself after 10 s. */
const REQUEST_DEADLINE_MS = 12_000;

/** A renamed repository answers with one redirect, a renamed owner with another. */
const MAX_REDIRECTS = 3;

/** What keeps its method (RFC 9110, 15.4); GitHub sends no others. */
const REDIRECTS: readonly number[] = [301, 302, 307, 308];

/**
 * `fetch` that gives up (without an answer a delivery or a write would hang instead of being tried again) and that
 * follows redirects only on the same server: what goes there carries a token. With `redirect: 'manual'` it follows none.
 *
 * @throws Error when the answer breaks off, and when the server leads elsewhere or in a circle
 */
export async function fetchWithDeadline(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const deadline = AbortSignal.timeout(REQUEST_DEADLINE_MS);
  const signal =
    init.signal === null || init.signal === undefined ? deadline : AbortSignal.any([init.signal, deadline]);
  let target = input;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const response = await fetch(target, { ...init, signal, redirect: 'manual' });
    const location = init.redirect === 'manual' ? null : response.headers.get('location');
    // Octokit takes an answer that breaks off for an empty one, and what GitHub did would count as done with nothing
    // known of it.
    if (!REDIRECTS.includes(response.status) || location === null) return wholeAnswer(response);
    await response.body?.cancel();
    target = sameServer(addressOf(target), location);
  }
  throw new Error(`${new URL(addressOf(input)).origin} redirects without an end.`);
}

function addressOf(input: RequestInfo | URL): string {
  return input instanceof Request ? input.url : String(input);
}

function sameServer(from: string, location: string): string {
  const to = new URL(location, from);
  if (to.origin === new URL(from).origin) return to.href;
  throw new Error(
    `${new URL(from).origin} redirects to another server (${to.origin}); that is not followed.`,
  );
}
