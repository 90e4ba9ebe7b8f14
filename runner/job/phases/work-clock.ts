import type { TaskOptions } from '../../../protocol/task-options.ts';

const MINUTE_MS = 60_000;

/** Counts the time in which Claude works: what it holds for people, or asks them, is not the task's. */
export class WorkClock {
  readonly #monotonic: () => number;
  #workedMs: number;
  /** Since when Claude holds, and how long it has held in this turn. */
  #heldAtMs: number | null = null;
  #heldMs = 0;
  #asking = 0;
  #startedAtMs = 0;

  /** @param workedMs by earlier lives of the job */
  constructor(workedMs: number, monotonic: () => number) {
    this.#workedMs = workedMs;
    this.#monotonic = monotonic;
  }

  /** What was done is put back: another try has the task's whole time. */
  startOver(): void {
    this.#workedMs = 0;
  }

  turnStarts(): void {
    this.#startedAtMs = this.#monotonic();
  }

  turnEnds(): void {
    this.holds(false);
    this.#workedMs += this.#monotonic() - this.#startedAtMs - this.#heldMs;
    this.#heldMs = 0;
  }

  holds(isHolding: boolean): void {
    const nowMs = this.#monotonic();
    if (this.#heldAtMs !== null) this.#heldMs += nowMs - this.#heldAtMs;
    this.#heldAtMs = isHolding ? nowMs : null;
  }

  /** Time does not count while any question is open. */
  async whileAsking<T>(ask: () => Promise<T>): Promise<T> {
    this.#asking += 1;
    this.holds(true);
    const answer = await ask();
    this.#asking -= 1;
    this.holds(this.#asking > 0);
    return answer;
  }

  left({ maxMinutes, warnAt }: Pick<TaskOptions, 'maxMinutes' | 'warnAt'>): {
    timeLimitMs: number;
    warnAfterMs: number | null;
  } {
    const wholeMs = maxMinutes * MINUTE_MS;
    const warnAfterMs = wholeMs * warnAt - this.#workedMs;
    return { timeLimitMs: wholeMs - this.#workedMs, warnAfterMs: warnAfterMs > 0 ? warnAfterMs : null };
  }
}
