import { open } from 'node:fs/promises';

/** Reads what came to a log since the last look. */
export class LogTail {
  readonly #path: string;
  #offset = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Whole lines; one that is being written is left for the next look. */
  async next(): Promise<string[]> {
    const file = await open(this.#path).catch(() => null);
    if (file === null) return [];
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(Math.max(0, size - this.#offset));
      await file.read(bytes, 0, bytes.length, this.#offset);
      const end = bytes.lastIndexOf('\n') + 1;
      this.#offset += end;
      return bytes.toString('utf8', 0, end).split('\n').slice(0, -1);
    } finally {
      await file.close();
    }
  }
}
