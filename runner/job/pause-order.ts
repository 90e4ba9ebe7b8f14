import { PauseSwitch } from '../claude/pause-switch.ts';

/**
 * The order to hold, and the one to go on. Each counts as taken once it is done, so that a runner that is started again
 * hears it again.
 */
export class PauseOrder {
  readonly switch = new PauseSwitch();
  readonly #onTaken: (commandId: number) => void;
  #waiting: number[] = [];
  #isPaused = false;

  constructor(onTaken: (commandId: number) => void) {
    this.#onTaken = onTaken;
  }

  pause(commandId: number): void {
    this.#waiting.push(commandId);
    this.switch.turn(true);
    if (this.#isPaused) this.#take();
  }

  /** @returns whether Claude was about to hold, or holds */
  resume(commandId: number): boolean {
    this.#waiting.push(commandId);
    const wasOn = this.switch.on;
    this.switch.turn(false);
    if (!this.#isPaused) this.#take();
    return wasOn;
  }

  /** Claude holds, or goes on. */
  isNow(paused: boolean): void {
    this.#isPaused = paused;
    this.#take();
  }

  #take(): void {
    for (const commandId of this.#waiting.splice(0)) this.#onTaken(commandId);
  }
}
