/** A call as the far side saw it; `endMs` is null when it was not answered yet. */
export type Call = { startMs: number; endMs: number | null };

export type RoundTrips = {
  /** Calls that had begun. */
  begun: number;
  /** The longest chain of calls of which each began after the one before it had ended: round trips in a row. */
  inARow: number;
};

/** Counts the calls of a span of time. A call still under way at `untilMs` was waited for by nobody. Pure. */
export function countRoundTrips(calls: readonly Call[], fromMs: number, untilMs: number): RoundTrips {
  const begun = calls.filter(({ startMs }) => startMs >= fromMs && startMs < untilMs);
  const ended = begun
    .flatMap(({ startMs, endMs }) => (endMs !== null && endMs <= untilMs ? [{ startMs, endMs }] : []))
    .toSorted((left, right) => left.endMs - right.endMs);
  let inARow = 0;
  let lastEndMs = Number.NEGATIVE_INFINITY;
  for (const { startMs, endMs } of ended) {
    if (startMs < lastEndMs) continue;
    inARow += 1;
    lastEndMs = endMs;
  }
  return { begun: begun.length, inARow };
}
