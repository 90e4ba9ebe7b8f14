import type { InterruptReason } from './driver.ts';

export type StopReason = InterruptReason | 'timed_out' | 'out_of_tokens';

/** Why a turn is to end before Claude is done. The first reason wins. */
export class StopSignal {
  reason: StopReason | null = null;
  readonly #stopped = Promise.withResolvers<StopReason>();

  stop(reason: StopReason): void {
    if (this.reason !== null) return;
    this.reason = reason;
    this.#stopped.resolve(reason);
  }

  /** Resolves when somebody stops the turn; stays pending otherwise. */
  get stopped(): Promise<StopReason> {
    return this.#stopped.promise;
  }
}
