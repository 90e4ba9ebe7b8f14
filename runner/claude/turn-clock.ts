import type { TurnOptions } from './driver.ts';
import type { StopSignal } from './stop-signal.ts';

const MINUTE_MS = 60_000;

export type TurnClock = {
  /** Time stands still from here on, until `start`. */
  pause(): void;
  start(): void;
  end(): void;
};

/** Warns once and then stops a turn when its time is over. */
export function startTurnClock(stop: StopSignal, options: TurnOptions, now: () => number): TurnClock {
  const { timeLimitMs, warnAfterMs } = options;
  if (timeLimitMs === null) return { pause() {}, start() {}, end() {} };
  let timers: NodeJS.Timeout[] = [];
  let spentMs = 0;
  let startedAtMs: number | null = null;
  const after = (ms: number, act: () => void) => timers.push(setTimeout(act, Math.max(0, ms - spentMs)));
  const halt = () => {
    for (const timer of timers) clearTimeout(timer);
    timers = [];
    if (startedAtMs !== null) spentMs += now() - startedAtMs;
    startedAtMs = null;
  };
  const start = () => {
    halt();
    startedAtMs = now();
    after(timeLimitMs, () => stop.stop('timed_out'));
    if (warnAfterMs === null || warnAfterMs >= timeLimitMs || warnAfterMs < spentMs) return;
    const minutes = Math.max(1, Math.round((timeLimitMs - warnAfterMs) / MINUTE_MS));
    const text = `The time limit is near: about ${minutes} min left.`;
    after(warnAfterMs, () => options.emit({ type: 'notice', level: 'warning', text }));
  };
  start();
  return { pause: halt, start, end: halt };
}
