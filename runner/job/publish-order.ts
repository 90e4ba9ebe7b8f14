import type { JobStop } from './job-stop.ts';

type Order = { commandId: number; tree: string };

/** Exactly the tree that was approved may leave the machine. */
export class PublishOrder {
  readonly #onRefused: (order: Order, expected: string | null) => void;
  #expected: string | null = null;
  #early: Order[] = [];
  #granted: ((order: Order) => void) | null = null;
  #withdrawn: (() => void) | null = null;

  /** @param onRefused gets orders for another tree than the one that was shown. */
  constructor(onRefused: (order: Order, expected: string | null) => void) {
    this.#onRefused = onRefused;
  }

  receive(order: Order): void {
    if (this.#expected === null) this.#early.push(order);
    else this.#judge(order);
  }

  /** Resolves with the order for this tree; with null when the job has to end before it comes. */
  async granted(tree: string, stop: JobStop): Promise<Order | null> {
    const { promise, resolve } = Promise.withResolvers<Order | null>();
    this.#granted = resolve;
    this.#expected = tree;
    this.#withdrawn = () => resolve(null);
    const offStop = stop.onStop(() => resolve(null));
    for (const order of this.#early.splice(0)) this.#judge(order);
    const order = await promise;
    offStop();
    this.#granted = null;
    this.#withdrawn = null;
    return order;
  }

  /** The work that was shown is no longer waited for: an order for it comes too late. */
  withdraw(): void {
    this.#withdrawn?.();
    this.#expected = null;
  }

  #judge(order: Order): void {
    if (order.tree === this.#expected && this.#granted !== null) this.#granted(order);
    else this.#onRefused(order, this.#expected);
  }
}
