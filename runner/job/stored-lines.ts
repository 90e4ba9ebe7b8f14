import { closeSync, openSync, read as readFd } from 'node:fs';
import { promisify } from 'node:util';

const readAt = promisify(readFd);

/** A look-up reads at most this much too much. */
const MARK_EVERY_BYTES = 65_536;

const NEWLINE = 10;

export type LineLimits = { maxLines: number; maxBytes: number };

/** Where every so many bytes which line starts: finds a line in a large file without holding the file. */
export class LineMarks {
  readonly #marks: { seq: number; offset: number }[] = [{ seq: 1, offset: 0 }];

  /** Notes that line `seq` starts at `offset`. Called in order. */
  note(seq: number, offset: number): void {
    const last = this.#marks.at(-1);
    if (last === undefined || offset - last.offset >= MARK_EVERY_BYTES) this.#marks.push({ seq, offset });
  }

  /** The last noted line that is not after `seq`. */
  before(seq: number): { seq: number; offset: number } {
    let low = 0;
    let high = this.#marks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#marks[middle]?.seq ?? 0) <= seq) low = middle;
      else high = middle - 1;
    }
    return this.#marks[low] ?? { seq: 1, offset: 0 };
  }
}

/** Complete lines of a file from an offset on. The file may grow meanwhile. */
async function readChunk(path: string, offset: number, bytes: number): Promise<string[]> {
  const fd = openSync(path, 'r');
  try {
    const { bytesRead, buffer } = await readAt(fd, Buffer.allocUnsafe(bytes), 0, bytes, offset);
    return splitLines(buffer.subarray(0, bytesRead));
  } finally {
    closeSync(fd);
  }
}

/** Lines that end in a newline; a torn rest is left out. */
export function splitLines(bytes: Buffer): string[] {
  const lines: string[] = [];
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
    lines.push(bytes.toString('utf8', start, end));
    start = end + 1;
  }
  return lines;
}

/**
 * Reads lines `fromSeq`, `fromSeq + 1`, … as far as the limits and the file allow; at least one when there is one.
 *
 * @param maxLineBytes no line of the file is longer.
 */
export async function readLines(
  path: string,
  marks: LineMarks,
  fromSeq: number,
  limits: LineLimits,
  maxLineBytes: number,
): Promise<string[]> {
  const mark = marks.before(fromSeq);
  const bytes = MARK_EVERY_BYTES + maxLineBytes * 2 + limits.maxBytes;
  const lines = (await readChunk(path, mark.offset, bytes)).slice(fromSeq - mark.seq);
  return takeWithin(lines, limits);
}

/** The first lines that fit together; one that alone is too large is taken alone. */
export function takeWithin(lines: readonly string[], { maxLines, maxBytes }: LineLimits): string[] {
  let bytes = 0;
  let count = 0;
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1;
    if (count >= maxLines || (count > 0 && bytes > maxBytes)) break;
    count += 1;
  }
  return lines.slice(0, count);
}
