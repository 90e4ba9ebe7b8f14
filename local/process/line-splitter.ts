import { StringDecoder } from 'node:string_decoder';

/** A line longer than this is handed on in pieces, so that output without line breaks can't fill memory. */
export const MAX_LINE_CHARS = 64 * 1024;

/** Turns chunks of bytes into whole lines; `flush` gives what was left without a line break. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  push(chunk: Buffer): string[] {
    return this.#split(this.#rest + this.#decoder.write(chunk));
  }

  flush(): string[] {
    const last = this.#rest + this.#decoder.end();
    this.#rest = '';
    return last === '' ? [] : [last];
  }

  #split(text: string): string[] {
    const lines = text.split('\n');
    this.#rest = lines.pop() ?? '';
    const whole = lines.map((line) => line.replace(/\r$/, ''));
    while (this.#rest.length > MAX_LINE_CHARS) {
      whole.push(this.#rest.slice(0, MAX_LINE_CHARS));
      this.#rest = this.#rest.slice(MAX_LINE_CHARS);
    }
    return whole;
  }
}
