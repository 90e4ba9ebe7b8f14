/** Medians of both sides until some point of a task, and the ratio that is aimed at. */
export type Addition = { until: string; byHandMs: number; oursMs: number; goal: number };

/**
 * What Signalbox adds to a task is the same for a short and a long one: how much it is, and from which length of a task on
 * it is within the goal.
 */
export function sayAddition(additions: readonly Addition[]): string {
  return additions
    .map(({ until, byHandMs, oursMs, goal }) => {
      const addedMs = oursMs - byHandMs;
      if (addedMs <= 0) return `Until ${until}, Signalbox adds nothing.`;
      const longEnoughS = addedMs / (goal - 1) / 1_000;
      return `Until ${until}, Signalbox adds ${Math.round(addedMs)} ms; a task that takes ${longEnoughS.toFixed(1)} s by hand is within ${goal} ×.`;
    })
    .join(' ');
}
