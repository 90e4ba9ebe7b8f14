import type { Stack } from '../../local/stack/start-stack.ts';
import type { ReadFrame } from './frame-reader.ts';
import { openPingedSocket, socketUrl } from './pinged-socket.ts';

export type LogViewer = {
  /** Events whose id does not follow on the one before: lost, doubled or out of order. */
  idFaults(): number;
  /** When it had the event with this number: ms of `performance.now()`. */
  reached(seq: number): Promise<number>;
  close(): void;
};

/** A viewer of one session that only counts. */
export async function openLogViewer(
  stack: Stack,
  sessionId: string,
  read: (data: Buffer) => ReadFrame | null,
  onSeq: (seq: number, atMs: number) => void = () => {},
): Promise<LogViewer> {
  let nextId = 1;
  let idFaults = 0;
  let lastSeq = -1;
  let lastAtMs = 0;
  let waiting: { seq: number; resolve: (atMs: number) => void }[] = [];
  const socket = await openPingedSocket({
    url: socketUrl(stack.url, `/api/sessions/${sessionId}/events?after=0`),
    headers: stack.api.headers,
    onFrame(data, atMs) {
      const frame = read(data);
      if (frame === null) return;
      if (frame.firstId !== nextId) idFaults += 1;
      idFaults += frame.idFaults;
      nextId = frame.lastId + 1;
      for (const seq of frame.seqs) onSeq(seq, atMs);
      lastSeq = frame.seqs.at(-1) ?? lastSeq;
      lastAtMs = atMs;
      waiting = waiting.filter(({ seq, resolve }) => {
        if (lastSeq >= seq) resolve(atMs);
        return lastSeq < seq;
      });
    },
  });
  return {
    idFaults: () => idFaults,
    reached(seq) {
      if (lastSeq >= seq) return Promise.resolve(lastAtMs);
      return new Promise((resolve) => waiting.push({ seq, resolve }));
    },
    close: socket.close,
  };
}
