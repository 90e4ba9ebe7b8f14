import { askedPauseMs, isExhausted } from '../github/asked-pause.ts';

type Answer = Pick<Response, 'status' | 'headers'>;

/** How long GitHub asks for silence with an answer; null when it does not. */
export function pauseAsked({ status, headers }: Answer, nowMs: number): number | null {
  if (status !== 429 && status !== 403) return null;
  const header = (name: string) => headers.get(name);
  if (status === 403 && header('retry-after') === null && !isExhausted(header)) return null;
  return askedPauseMs(header, nowMs);
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
