import type { JobCommand } from '../../protocol/job.ts';
import type { JobStop } from './job-stop.ts';

export type Rejection = { commandId: number } & Omit<Extract<JobCommand, { type: 'reject' }>, 'type'>;

/**
 * A person's rejection of the work. One that ends the job is held back until the folder is there: it is put back in
 * it. One after which Claude tries again waits until the work is shown.
 */
export class RejectOrder {
  readonly #stop: JobStop;
  readonly #handled = new Set<number>();
  #isReady = false;
  #final: Rejection | null = null;
  #again: Rejection | null = null;
  #onAgain: (() => void) | null = null;

  constructor(stop: JobStop) {
    this.#stop = stop;
  }

  /** Why the job ends, once it ends by a rejection. */
  get final(): Rejection | null {
    return this.#final;
  }

  receive(rejection: Rejection): void {
    if (this.#handled.has(rejection.commandId)) return;
    if (rejection.again) {
      this.#again = rejection;
      this.#onAgain?.();
      return;
    }
    this.#final = rejection;
    if (this.#isReady) this.#end(rejection);
  }

  /** The folder is filled. */
  ready(): void {
    this.#isReady = true;
    if (this.#final !== null) this.#end(this.#final);
  }

  /** Resolves with the rejection after which Claude tries again; never without one. `off` ends the waiting. */
  again(): { wanted: Promise<Rejection>; off: () => void } {
    const { promise: wanted, resolve } = Promise.withResolvers<Rejection>();
    const take = (): void => {
      if (this.#again === null) return;
      const rejection = this.#again;
      this.#again = null;
      this.#onAgain = null;
      resolve(rejection);
    };
    this.#onAgain = take;
    take();
    const off = (): void => {
      this.#onAgain = null;
    };
    return { wanted, off };
  }

  /** An earlier life wrote it down, and it is carried out from that. */
  handled(commandId: number): void {
    this.#handled.add(commandId);
    if (this.#again?.commandId === commandId) this.#again = null;
  }

  #end({ commandId, by, reason }: Rejection): void {
    const text = reason === null ? `Rejected by ${by}.` : `Rejected by ${by}: ${reason}`;
    this.#stop.request({ type: 'rejected', text, commandId });
  }
}
