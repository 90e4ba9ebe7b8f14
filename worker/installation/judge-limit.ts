/** GitHub's advice where it names no time. */
const DEFAULT_PAUSE_MS = 60_000;

/** GitHub's windows are an hour long; nothing that asks for more is taken at its word. */
const MAX_PAUSE_MS = 60 * 60_000;

type Answer = Pick<Response, 'status' | 'headers'>;

/**
 * How long GitHub asks for silence with an answer; null when it does not.
 *
 * @see https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export function pauseAsked({ status, headers }: Answer, nowMs: number): number | null {
  if (status !== 429 && status !== 403) return null;
  const retryAfter = headers.get('retry-after');
  const exhausted = headers.get('x-ratelimit-remaining') === '0';
  if (status === 403 && retryAfter === null && !exhausted) return null;
  return Math.min(MAX_PAUSE_MS, Math.max(0, askedMs(retryAfter, exhausted, headers, nowMs)));
}

function askedMs(retryAfter: string | null, exhausted: boolean, headers: Headers, nowMs: number): number {
  const retryAfterMs = Number(retryAfter ?? Number.NaN) * 1_000;
  if (Number.isFinite(retryAfterMs)) return retryAfterMs;
  const resetMs = Number(headers.get('x-ratelimit-reset') ?? Number.NaN) * 1_000;
  return exhausted && Number.isFinite(resetMs) ? resetMs - nowMs : DEFAULT_PAUSE_MS;
}

/** What GitHub would answer, without asking it: whoever asked waits and tries again as after GitHub's own. */
export function waitAnswer(waitMs: number): Response {
  const seconds = String(Math.max(1, Math.ceil(waitMs / 1_000)));
  const body = JSON.stringify({ message: "Not asked: it waits for GitHub's rate limit." });
  return new Response(new Blob([body]).stream(), {
    status: 429,
    headers: { 'content-type': 'application/json; charset=utf-8', 'retry-after': seconds },
  });
}
