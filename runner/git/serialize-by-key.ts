/** Runs the work of one key one after the other, in the order it came; different keys run side by side. */
export class KeyedQueue {
  #tails = new Map<string, Promise<void>>();

  /** Resolves or rejects as `work` does. A failure does not stop what waits behind it. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const result = before.then(work);
    const tail = result.then(
      () => undefined,
      () => undefined,
    );
    this.#tails.set(key, tail);
    void tail.then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
    return result;
  }
}
