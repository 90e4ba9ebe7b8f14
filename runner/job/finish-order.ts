/**
 * Somebody takes the work as it is. It counts as taken once the conversation has ended by it, so that a runner that is
 * started again hears it again.
 */
export class FinishOrder {
  readonly #onTaken: (commandId: number) => void;
  #waiting: number[] = [];
  #wanted = Promise.withResolvers<void>();

  constructor(onTaken: (commandId: number) => void) {
    this.#onTaken = onTaken;
  }

  get isWanted(): boolean {
    return this.#waiting.length > 0;
  }

  /** Resolves when somebody wants it; at once when somebody does already. */
  wanted(): Promise<void> {
    return this.#wanted.promise;
  }

  receive(commandId: number): void {
    this.#waiting.push(commandId);
    this.#wanted.resolve();
  }

  /** The conversation is over. */
  take(): void {
    for (const commandId of this.#waiting.splice(0)) this.#onTaken(commandId);
    this.#wanted = Promise.withResolvers();
  }
}
