import { z } from 'zod';
import { toViewerSchema } from '../../protocol/viewer-socket.ts';

/** What a viewer's frame says about its events. */
export type ReadFrame = {
  firstId: number;
  lastId: number;
  /** Ids inside that do not follow on the one before. */
  idFaults: number;
  /** Numbers that the benchmark wrote into its texts, in order. */
  seqs: readonly number[];
};

/** Enough for the frames that many viewers have in hand at one time. */
const KNOWN_FRAMES = 64;

/** Bytes that tell frames apart well enough to look further: they hold the first event's id. */
const KEY_BYTES = 80;

const textSchema = z.object({ seq: z.int().min(0) });

/**
 * Reads frames of one session for many viewers. All of them get the same bytes, so that each frame is parsed once
 * and then compared byte by byte: a hundred viewers in one process cost little more than one.
 */
export function createFrameReader(): (data: Buffer) => ReadFrame | null {
  const known = new Map<string, { data: Buffer; read: ReadFrame | null }>();
  return (data) => {
    const key = data.toString('latin1', 0, KEY_BYTES);
    const same = known.get(key);
    if (same?.data.equals(data)) return same.read;
    const read = readFrame(data);
    const [oldest] = known.keys();
    if (known.size >= KNOWN_FRAMES && oldest !== undefined) known.delete(oldest);
    known.set(key, { data: Buffer.from(data), read });
    return read;
  };
}

function readFrame(data: Buffer): ReadFrame | null {
  const frame = toViewerSchema.parse(JSON.parse(data.toString()));
  if (frame.type !== 'events') return null;
  const first = frame.events[0];
  const last = frame.events.at(-1);
  if (first === undefined || last === undefined) return null;
  let idFaults = 0;
  const seqs: number[] = [];
  for (const [index, { id, event }] of frame.events.entries()) {
    if (id !== first.id + index) idFaults += 1;
    if (event.type === 'claude.text') seqs.push(textSchema.parse(JSON.parse(event.text)).seq);
  }
  return { firstId: first.id, lastId: last.id, idFaults, seqs };
}
