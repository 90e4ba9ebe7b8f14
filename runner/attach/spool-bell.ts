import { type FSWatcher, watch } from 'node:fs';

/** Rings when a hook has written something. */
export class SpoolBell {
  readonly #watcher: FSWatcher;
  readonly #signal: AbortSignal;
  #rang = false;
  #wake: () => void = () => undefined;

  /** @param signal ends every wait */
  constructor(folder: string, signal: AbortSignal) {
    this.#signal = signal;
    this.#watcher = watch(folder, { persistent: false }, () => {
      this.#rang = true;
      this.#wake();
    });
    // The folder is gone: its owner finds that out by itself.
    this.#watcher.on('error', () => undefined);
  }

  /** @returns whether something was written since the last time, or is within this time */
  async rings(ms: number): Promise<boolean> {
    if (!this.#rang) await this.#sleep(ms, true);
    const rang = this.#rang;
    this.#rang = false;
    return rang;
  }

  pause(ms: number): Promise<void> {
    return this.#sleep(ms, false);
  }

  async #sleep(ms: number, untilRung: boolean): Promise<void> {
    if (this.#signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = () => resolve();
    const timer = setTimeout(end, ms);
    this.#signal.addEventListener('abort', end, { once: true });
    if (untilRung) this.#wake = end;
    await promise;
    this.#wake = () => undefined;
    this.#signal.removeEventListener('abort', end);
    clearTimeout(timer);
  }

  close(): void {
    this.#watcher.close();
  }
}
