import type { SayResult } from '../claude/driver.ts';

/** A message from a person while the job runs. */
export type JobMessage = { commandId: number; messageId: string; author: string; text: string };

/** Marks a follow-up, so that the model doesn't take it for the end of a command's output. */
export function messageText(message: JobMessage): string {
  return `${message.author} sent a message while you were working:\n\n${message.text}`;
}

/**
 * Follow-ups on their way to Claude: into the running turn while there is one, else into the next. A message counts
 * as taken only once Claude has it; what nobody took stays with the control plane.
 */
export class MessageBox {
  readonly #onTaken: (message: JobMessage) => void;
  #waiting: JobMessage[] = [];
  #say: ((message: JobMessage) => Promise<SayResult>) | null = null;
  #saying = new Set<Promise<void>>();

  constructor(onTaken: (message: JobMessage) => void) {
    this.#onTaken = onTaken;
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  add(message: JobMessage): void {
    if (this.#say === null) this.#waiting.push(message);
    else this.#deliver(message, this.#say);
  }

  /** A turn runs: what waits goes into it, and what comes. */
  openTurn(say: (message: JobMessage) => Promise<SayResult>): void {
    this.#say = say;
    for (const message of this.#waiting.splice(0)) this.#deliver(message, say);
  }

  /** The turn is over. Resolves when it is known of each message whether the turn took it. */
  async closeTurn(): Promise<void> {
    this.#say = null;
    while (this.#saying.size > 0) await Promise.all(this.#saying);
  }

  /** Everything that waits, for the prompt of the next turn; `taken` says when Claude has it. */
  takeAll(): JobMessage[] {
    return this.#waiting.splice(0).sort((a, b) => a.commandId - b.commandId);
  }

  taken(messages: readonly JobMessage[]): void {
    for (const message of messages) this.#onTaken(message);
  }

  #deliver(message: JobMessage, say: (message: JobMessage) => Promise<SayResult>): void {
    const saying = say(message).then((result) => {
      if (result === 'delivered') this.#onTaken(message);
      else this.#waiting.push(message);
      this.#saying.delete(saying);
    });
    this.#saying.add(saying);
  }
}
