import { v5 as uuidV5 } from 'uuid';
import type { PromptImage, SayResult } from './driver.ts';

/** Namespace of the CLI's message ids; any string of the caller's becomes one. */
const MESSAGE_NAMESPACE = '5f1c2a8e-7d34-5b1a-8c55-3e9a4f0d2b61';

type Said = {
  uuid: string;
  text: string;
  images: readonly PromptImage[];
  state: 'waiting' | 'delivered';
  result: PromiseWithResolvers<SayResult>;
};

type Waiting = Pick<Said, 'uuid' | 'text' | 'images'>;

/** The CLI wants a UUID for each message; the same id of the caller's always gives the same. */
export function messageUuid(id: string): string {
  return uuidV5(id, MESSAGE_NAMESPACE);
}

/** Messages in the middle of a turn: each is sent until the CLI says that it took it, and counted once. */
export class SayBox {
  /** Called for each new message while a process can take it. */
  onAdd: ((said: Waiting) => void) | null = null;
  readonly #said = new Map<string, Said>();

  add(id: string, text: string, images: readonly PromptImage[] = []): Promise<SayResult> {
    const uuid = messageUuid(id);
    const known = this.#said.get(uuid);
    if (known !== undefined) return known.result.promise;
    const said: Said = { uuid, text, images, state: 'waiting', result: Promise.withResolvers() };
    this.#said.set(uuid, said);
    this.onAdd?.(said);
    return said.result.promise;
  }

  /** What no process has taken yet, oldest first. */
  waiting(): Waiting[] {
    return [...this.#said.values()].filter((said) => said.state === 'waiting');
  }

  /** Follows the CLI's `command_lifecycle`. A message that it dropped waits for the next turn. */
  follow(uuid: string, state: string): void {
    const said = this.#said.get(uuid);
    if (said === undefined || said.state === 'delivered') return;
    if (state === 'started' || state === 'completed') {
      said.state = 'delivered';
      said.result.resolve('delivered');
    } else if (state !== 'queued') {
      this.#drop(said);
    }
  }

  /** The turn is over: what still waits is the caller's again and may be said anew. */
  close(): void {
    for (const said of this.#said.values()) if (said.state === 'waiting') this.#drop(said);
  }

  #drop(said: Said): void {
    this.#said.delete(said.uuid);
    said.result.resolve('not_running');
  }
}
