import { MAX_GATE_CHUNK_CHARS, MAX_LIVE_GATE_CHARS } from '../../protocol/gates.ts';

/** Readers see no difference; each chunk is an event that is stored for good. */
const INTERVAL_MS = 500;

const ELLIPSIS = '\n… (the rest of the output is in the result)\n';

/** Passes a gate's output on in a few bounded chunks while it runs. */
export class LiveOutput {
  readonly #emit: (text: string) => void;
  #waiting = '';
  #told = 0;
  #timer: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(emit: (text: string) => void) {
    this.#emit = emit;
  }

  add(text: string): void {
    if (this.#isOver) return;
    const room = MAX_LIVE_GATE_CHARS - this.#told - this.#waiting.length;
    this.#waiting += text.slice(0, Math.max(0, room));
    if (text.length > room) {
      this.#waiting += ELLIPSIS;
      this.end();
      return;
    }
    if (this.#waiting.length >= MAX_GATE_CHUNK_CHARS) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), INTERVAL_MS);
  }

  end(): void {
    this.#isOver = true;
    this.#flush();
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    while (this.#waiting !== '') {
      const chunk = this.#waiting.slice(0, MAX_GATE_CHUNK_CHARS);
      this.#waiting = this.#waiting.slice(chunk.length);
      this.#told += chunk.length;
      this.#emit(chunk.toWellFormed());
    }
  }
}
