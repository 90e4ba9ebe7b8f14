import type { Attachment } from '../../protocol/attachments.ts';
import type { SayResult } from '../claude/driver.ts';

/** A message from a person while the job runs. */
export type JobMessage = {
  commandId: number;
  messageId: string;
  author: string;
  text: string;
  attachments?: readonly Attachment[] | undefined;
  /** Why the work was rejected; it has been put back. */
  rejects?: true;
};

/** Marks a follow-up, so that the model doesn't take it for the end of a command's output. */
export function messageText(message: JobMessage): string {
  if (message.rejects === true) return rejectionText(message);
  return `${message.author} sent a message while you were working:\n\n${message.text}`;
}

function rejectionText({ author, text }: JobMessage): string {
  const why = text === '' ? 'No reason was given.' : `The reason:\n\n${text}`;
  return [
    `${author} looked at your work and rejected it. ${why}`,
    'Your changes are gone: the files are again as they were before you began, so look at them anew. Do the request once more, with this in mind.',
  ].join('\n\n');
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
  #onWaiting: (() => void) | null = null;

  constructor(onTaken: (message: JobMessage) => void) {
    this.#onTaken = onTaken;
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  add(message: JobMessage): void {
    if (this.#say !== null) {
      this.#deliver(message, this.#say);
      return;
    }
    this.#waiting.push(message);
    this.#onWaiting?.();
  }

  /** `came` resolves once a message waits; never without one. `off` ends the waiting. */
  arrival(): { came: Promise<void>; off: () => void } {
    const { promise: came, resolve } = Promise.withResolvers<void>();
    this.#onWaiting = resolve;
    if (this.hasWaiting) resolve();
    const off = (): void => {
      this.#onWaiting = null;
    };
    return { came, off };
  }

  /** A turn runs: what waits goes into it, and what comes. */
  openTurn(say: (message: JobMessage) => Promise<SayResult>): void {
    this.#say = say;
    for (const message of this.takeAll()) this.#deliver(message, say);
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
