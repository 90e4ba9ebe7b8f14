/** The ticket that opens a job's data socket. It expires while long jobs run, and the control socket has new ones. */
export class TicketHolder {
  readonly #ask: () => void;
  #current: string;
  #asking: PromiseWithResolvers<void> | null = null;

  /** @param ask sends the request, if there is a connection; `askAgain` is for when there was none. */
  constructor(ticket: string, ask: () => void) {
    this.#current = ticket;
    this.#ask = ask;
  }

  get current(): string {
    return this.#current;
  }

  /** Resolves when there is a new ticket. Several requests at once are one. */
  renew(): Promise<void> {
    if (this.#asking === null) {
      this.#asking = Promise.withResolvers();
      this.#ask();
    }
    return this.#asking.promise;
  }

  /** The control socket is back: what was asked before may have been lost. */
  askAgain(): void {
    if (this.#asking !== null) this.#ask();
  }

  set(ticket: string): void {
    this.#current = ticket;
    this.#asking?.resolve();
    this.#asking = null;
  }
}
