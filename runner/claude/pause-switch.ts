/** Whether somebody wants Claude to hold. May be turned on and off at any time, also while no turn runs. */
export class PauseSwitch {
  #on = false;
  #changed = Promise.withResolvers<void>();

  get on(): boolean {
    return this.#on;
  }

  turn(on: boolean): void {
    if (on === this.#on) return;
    this.#on = on;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Resolves when it is turned on or off, at once when it is already. */
  async until(on: boolean): Promise<void> {
    while (this.#on !== on) await this.#changed.promise;
  }
}
