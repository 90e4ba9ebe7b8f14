/** Named gates that a test closes and opens, so that it decides when a step goes on instead of guessing a delay. */
export class Holds {
  readonly #held = new Map<string, { released: Promise<void>; release: () => void }>();
  readonly #waiting = new Map<string, number>();
  readonly #watchers: { name: string; resolve: () => void }[] = [];

  hold(name: string): void {
    if (this.#held.has(name)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.set(name, { released: promise, release: resolve });
  }

  release(name: string): void {
    this.#held.get(name)?.release();
    this.#held.delete(name);
  }

  releaseAll(): void {
    for (const name of [...this.#held.keys()]) this.release(name);
  }

  /** Resolves at once when nobody holds `name`. */
  async pass(name: string): Promise<void> {
    const gate = this.#held.get(name);
    if (gate === undefined) return;
    this.#waiting.set(name, (this.#waiting.get(name) ?? 0) + 1);
    const watchers = this.#watchers.splice(0);
    for (const watcher of watchers) {
      if (watcher.name === name) watcher.resolve();
      else this.#watchers.push(watcher);
    }
    await gate.released;
    this.#waiting.set(name, (this.#waiting.get(name) ?? 1) - 1);
  }

  /** Resolves as soon as a step waits at `name`. */
  async reached(name: string): Promise<void> {
    if ((this.#waiting.get(name) ?? 0) > 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#watchers.push({ name, resolve });
    await promise;
  }
}
