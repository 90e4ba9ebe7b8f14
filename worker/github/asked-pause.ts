/** GitHub's advice where it names no time. */
const DEFAULT_PAUSE_MS = 60_000;

/** GitHub's windows are an hour long; nothing that asks for more is taken at its word. */
const MAX_PAUSE_MS = 60 * 60_000;

type Header = string | number | null | undefined;

/** Nothing is left of what GitHub allows until the limit's window ends. */
export function isExhausted(header: (name: string) => Header): boolean {
  return String(header('x-ratelimit-remaining')) === '0';
}

/**
 * How long an answer that names a limit asks for silence.
 *
 * @param header of the answer, by its name in lower case
 * @see https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export function askedPauseMs(header: (name: string) => Header, nowMs: number): number {
  const retryAfterMs = Number(header('retry-after') ?? Number.NaN) * 1_000;
  const resetMs = Number(header('x-ratelimit-reset') ?? Number.NaN) * 1_000;
  const untilResetMs = isExhausted(header) && Number.isFinite(resetMs) ? resetMs - nowMs : DEFAULT_PAUSE_MS;
  const askedMs = Number.isFinite(retryAfterMs) ? retryAfterMs : untilResetMs;
  return Math.min(MAX_PAUSE_MS, Math.max(0, askedMs));
}
