/** Enough to explain why a process failed, little enough to put into an error message. */
export const MAX_KEPT_LINES = 200;
const MAX_KEPT_LINE_CHARS = 2_000;

/** Keeps the last lines a process wrote and forgets the older ones. */
export class OutputRing {
  #lines: string[] = [];

  add(line: string): void {
    this.#lines.push(line.slice(0, MAX_KEPT_LINE_CHARS));
    // Trimming at twice the size makes the cost of a line constant on average.
    if (this.#lines.length > MAX_KEPT_LINES * 2) this.#lines = this.#lines.slice(-MAX_KEPT_LINES);
  }

  lines(): string[] {
    return this.#lines.slice(-MAX_KEPT_LINES);
  }
}
