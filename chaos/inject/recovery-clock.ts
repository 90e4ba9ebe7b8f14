import type { LoggedEvent } from '../../protocol/events.ts';

/** What was measured of one task whose runner was killed. */
export type Recovery = {
  taskId: string;
  /** From the SIGKILL until a viewer saw Claude start again. */
  totalMs: number;
  /** Of these the supervisor kept the runner down. */
  downMs: number;
};

/** Measures how long tasks stand still when their runner is killed. */
export class RecoveryClock {
  readonly #waiting = new Map<string, { atMs: number; downMs: number }>();
  readonly #measured: Recovery[] = [];

  killed(taskIds: readonly string[], downMs: number, atMs: number): void {
    for (const taskId of taskIds) this.#waiting.set(taskId, { atMs, downMs });
  }

  /** A viewer saw an event. */
  saw({ taskId, event }: LoggedEvent, atMs: number): void {
    if (taskId === null) return;
    const waiting = this.#waiting.get(taskId);
    if (waiting === undefined) return;
    if (event.type === 'claude.started') {
      this.#measured.push({ taskId, totalMs: atMs - waiting.atMs, downMs: waiting.downMs });
      this.#waiting.delete(taskId);
    }
    // Over before Claude was needed again: its work was done, or somebody ended it.
    if (event.type === 'job.finished') this.#waiting.delete(taskId);
  }

  measured(): readonly Recovery[] {
    return this.#measured;
  }
}
