/**
 * Lets at most `width` starts happen at once, in order. A start costs about one CPU second: fifty at once answer
 * their first question after 24 s, one at a time after 0.6 s each.
 */
export class StartQueue {
  readonly #width: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(width: number) {
    this.#width = Math.max(1, width);
  }

  /** Resolves with a function to call when the start is over; calling it twice is harmless. */
  async enter(): Promise<() => void> {
    if (this.#running >= this.#width) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      await promise;
    } else {
      this.#running += 1;
    }
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    };
  }
}
