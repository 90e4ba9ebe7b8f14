import { createReadStream } from 'node:fs';
import type { TimedEvent } from '../../protocol/job-socket.ts';
import { timedEventSchema } from '../../protocol/job-socket.ts';
import { MAX_EVENT_BYTES } from '../../protocol/limits.ts';
import type { EventStream } from './journal.ts';
import { LineMarks, readLines, splitLines } from './stored-lines.ts';

/** A former life's file with what it says. `damagedAt`: the first line that is no event; it and the rest is lost. */
export type Leftover = { stream: EventStream; damagedAt: number | null };

function parseLine(line: string): TimedEvent | null {
  try {
    return timedEventSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

/**
 * Reads a former life's journal once, by streaming. A torn last line (the runner died while it wrote) is left out:
 * it was never sent.
 *
 * @param visit gets each event in order.
 */
export async function openLeftover(
  path: string,
  epoch: number,
  visit: (event: TimedEvent) => void = () => {},
): Promise<Leftover> {
  const marks = new LineMarks();
  let offset = 0;
  let lastSeq = 0;
  let damagedAt: number | null = null;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path)) {
    const bytes: Buffer = Buffer.concat([rest, chunk]);
    const lines = splitLines(bytes);
    let used = 0;
    for (const line of lines) {
      const event = parseLine(line);
      if (event === null) {
        damagedAt = lastSeq + 1;
        break;
      }
      lastSeq += 1;
      marks.note(lastSeq, offset + used);
      used += Buffer.byteLength(line) + 1;
      visit(event);
    }
    if (damagedAt !== null) break;
    offset += used;
    rest = bytes.subarray(used);
  }
  const stream: EventStream = {
    epoch,
    lastSeq,
    recent: () => null,
    read: (fromSeq, limits) => {
      const maxLines = Math.min(limits.maxLines, lastSeq - fromSeq + 1);
      return readLines(path, marks, fromSeq, { ...limits, maxLines }, MAX_EVENT_BYTES);
    },
  };
  return { stream, damagedAt };
}
