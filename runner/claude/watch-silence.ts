import { transcriptBytes } from './find-transcript.ts';

export type SilenceLimits = {
  /** Without a tool running: the model is asked, or the CLI thinks. Streams send deltas all the time. */
  silentMs: number;
  /** With a tool running: a command may be quiet for as long as the CLI lets it run. */
  toolSilentMs: number;
  /** After the model's last word: the result is due, but Stop hooks may run first. */
  resultDueMs: number;
};

/** The Bash tool ends a command after at most ten minutes; hooks have a minute by default. */
export const DEFAULT_SILENCE_LIMITS: SilenceLimits = {
  silentMs: 5 * 60_000,
  toolSilentMs: 15 * 60_000,
  resultDueMs: 90_000,
};

export type SilenceView = {
  /** Null: the process is not up yet, which is not silence. */
  lastActivityAtMs: number | null;
  toolsOpen: boolean;
  resultDue: boolean;
};

/** How long this moment's silence may last. Pure. */
export function silenceLimitMs(view: SilenceView, limits: SilenceLimits): number {
  if (view.toolsOpen) return limits.toolSilentMs;
  return view.resultDue ? limits.resultDueMs : limits.silentMs;
}

/** Not more than once a second, and often enough for limits of milliseconds in tests. */
const CHECKS_PER_LIMIT = 5;
const MIN_CHECK_MS = 10;
const MAX_CHECK_MS = 1_000;

/**
 * Calls `onSilence` once when a process has given no output for too long and its transcript has not grown
 * meanwhile. Returns the function that ends the watch.
 */
export function watchSilence(
  view: () => SilenceView,
  limits: SilenceLimits,
  transcript: () => string | null,
  now: () => number,
  onSilence: () => void,
): () => void {
  let over = false;
  let timer: NodeJS.Timeout;
  let seenBytes: number | null = null;
  let grewAtMs = 0;
  const check = async () => {
    const file = transcript();
    const bytes = file === null ? 0 : await transcriptBytes(file);
    if (over) return;
    if (seenBytes !== null && bytes !== seenBytes) grewAtMs = now();
    seenBytes = bytes;
    const current = view();
    const limitMs = silenceLimitMs(current, limits);
    const { lastActivityAtMs } = current;
    if (lastActivityAtMs !== null && now() - Math.max(lastActivityAtMs, grewAtMs) >= limitMs) onSilence();
    else schedule(limitMs);
  };
  const schedule = (limitMs: number) => {
    const waitMs = Math.min(MAX_CHECK_MS, Math.max(MIN_CHECK_MS, limitMs / CHECKS_PER_LIMIT));
    timer = setTimeout(() => void check(), waitMs);
  };
  schedule(limits.silentMs);
  return () => {
    over = true;
    clearTimeout(timer);
  };
}
