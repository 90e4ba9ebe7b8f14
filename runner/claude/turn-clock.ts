import type { TurnOptions } from './driver.ts';
import type { StopSignal } from './stop-signal.ts';

const MINUTE_MS = 60_000;

/** Warns once and then stops a turn when its time is over. Returns the function that ends the clock. */
export function startTurnClock(stop: StopSignal, options: TurnOptions): () => void {
  const { timeLimitMs, warnAfterMs } = options;
  if (timeLimitMs === null) return () => undefined;
  const timers = [setTimeout(() => stop.stop('timed_out'), Math.max(0, timeLimitMs))];
  if (warnAfterMs !== null && warnAfterMs < timeLimitMs) {
    const minutes = Math.max(1, Math.round((timeLimitMs - warnAfterMs) / MINUTE_MS));
    const text = `The time limit is near: about ${minutes} min left.`;
    const warn = () => options.emit({ type: 'notice', level: 'warning', text });
    timers.push(setTimeout(warn, Math.max(0, warnAfterMs)));
  }
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
}
