import { PauseSwitch } from '../claude/pause-switch.ts';

/**
 * The order to hold, and the one to go on. Each counts as taken once it is done, so that a runner that is started again
 * hears it again.
 */
export class PauseOrder {
  readonly switch = new PauseSwitch();
  readonly #onTaken: (commandId: number) => void;
  readonly #onNothingHeld: () => void;
  #waiting: number[] = [];
  #isPaused = false;

  /** @param onNothingHeld the other side takes Claude for paused, by what a former life of this runner said */
  constructor(onTaken: (commandId: number) => void, onNothingHeld: () => void) {
    this.#onTaken = onTaken;
    this.#onNothingHeld = onNothingHeld;
  }

  receive(commandId: number, pauses: boolean): void {
    this.#waiting.push(commandId);
    if (!pauses && !this.switch.on) this.#onNothingHeld();
    this.switch.turn(pauses);
    if (this.#isPaused === pauses) this.#take();
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
