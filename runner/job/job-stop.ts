/** Why a job has to end before it is done. */
export type StopReason =
  /** Somebody asked for it; `commandId` is taken once it is done. */
  | { type: 'cancelled' | 'stopped' | 'rejected'; text: string; commandId: number }
  /** The runner shuts down. */
  | { type: 'drained'; text: string }
  /** Not another byte of the journal can be written. */
  | { type: 'disk_full'; text: string }
  /** Somebody else has the task, or nobody: nothing may be written any more. */
  | { type: 'fenced'; text: string };

/** Ends a job once. The first reason wins, but for a lost lease: after that nothing may be said at all. */
export class JobStop {
  readonly #controller = new AbortController();
  #reason: StopReason | null = null;

  get reason(): StopReason | null {
    return this.#reason;
  }

  get isFenced(): boolean {
    return this.#reason?.type === 'fenced';
  }

  /** Aborted with the first reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  request(reason: StopReason): void {
    if (this.#reason === null || reason.type === 'fenced') this.#reason = reason;
    this.#controller.abort();
  }

  /** Calls back when the job has to end; at once when it already has to. */
  onStop(listener: () => void): () => void {
    if (this.signal.aborted) listener();
    this.signal.addEventListener('abort', listener, { once: true });
    return () => this.signal.removeEventListener('abort', listener);
  }
}
