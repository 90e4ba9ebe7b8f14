import type { Socket } from 'node:net';

/** How the network of a proxy is at this moment; shared by all its connections. */
export type NetworkState = { delayMs: number; isBlackHole: boolean };

/** One direction of a connection: what comes in goes out in order, at once or when the network lets it. */
export class OneWay {
  readonly #state: NetworkState;
  readonly #isHalf: () => boolean;
  readonly #waiting: { dueMs: number; act: () => void }[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(from: Socket, to: Socket, state: NetworkState, isHalf: () => boolean) {
    this.#state = state;
    this.#isHalf = isHalf;
    from.on('data', (chunk) => this.#add(() => this.#write(from, to, chunk)));
    from.on('end', () => this.#add(() => to.end()));
    from.on('close', () => this.#add(() => this.#end(to)));
    // A reset shows as `close`.
    from.on('error', () => {});
  }

  /** Passes on what is due; called again when a black hole is over. */
  pump(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    while (!this.#state.isBlackHole) {
      const next = this.#waiting[0];
      if (next === undefined) return;
      const waitMs = next.dueMs - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.pump(), waitMs);
        return;
      }
      this.#waiting.shift();
      next.act();
    }
  }

  #add(act: () => void): void {
    this.#waiting.push({ dueMs: performance.now() + this.#state.delayMs, act });
    if (this.#timer === null) this.pump();
  }

  #write(from: Socket, to: Socket, chunk: Buffer): void {
    if (to.destroyed || to.write(chunk)) return;
    from.pause();
    to.once('drain', () => from.resume());
    to.once('close', () => from.resume());
  }

  /** The far side of a half-open connection never hears that this one is gone. */
  #end(to: Socket): void {
    if (!this.#isHalf()) to.destroy();
  }
}
