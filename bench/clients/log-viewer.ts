import type { Stack } from '../../local/stack/start-stack.ts';
import { SeenTeller } from '../../protocol/viewer-socket.ts';
import type { ReadFrame } from './frame-reader.ts';
import { openPingedSocket, type PingedSocket, socketUrl } from './pinged-socket.ts';

export type LogViewer = {
  /** Events whose id does not follow on the one before: lost, doubled or out of order. */
  idFaults(): number;
  /** How often it was cut (for reading too slowly) and came back for the rest. */
  cuts(): number;
  /** When it had the event with this number: ms of `performance.now()`. */
  reached(seq: number): Promise<number>;
  close(): void;
};

export type LogViewerSpec = {
  sessionId: string;
  read: (data: Buffer) => ReadFrame | null;
  onSeq?: (seq: number, atMs: number) => void;
};

/** A viewer of one session that only counts. It comes back when it is cut, as the page does. */
export async function openLogViewer(stack: Stack, spec: LogViewerSpec): Promise<LogViewer> {
  const { sessionId, read, onSeq = () => {} } = spec;
  let nextId = 1;
  let idFaults = 0;
  let cuts = 0;
  let lastSeq = -1;
  let lastAtMs = 0;
  let waiting: { seq: number; resolve: (atMs: number) => void; reject: (error: unknown) => void }[] = [];
  let socket: PingedSocket | null = null;
  let teller = new SeenTeller();
  const onFrame = (data: Buffer, atMs: number) => {
    const frame = read(data);
    if (frame !== null) take(frame, atMs);
    const seen = teller.took(data.length, nextId - 1);
    if (seen !== null) socket?.send(seen);
  };
  const take = (frame: ReadFrame, atMs: number) => {
    if (frame.firstId !== nextId) idFaults += 1;
    idFaults += frame.idFaults;
    nextId = frame.lastId + 1;
    for (const seq of frame.seqs) onSeq(seq, atMs);
    lastSeq = frame.seqs.at(-1) ?? lastSeq;
    lastAtMs = atMs;
    for (const { seq, resolve } of waiting) if (lastSeq >= seq) resolve(atMs);
    waiting = waiting.filter(({ seq }) => lastSeq < seq);
  };
  const open = () => {
    teller = new SeenTeller();
    return openPingedSocket({
      url: socketUrl(stack.url, `/api/sessions/${sessionId}/events?after=${nextId - 1}&seen=1`),
      headers: stack.api.headers,
      onFrame,
      onClose() {
        cuts += 1;
        void comeBack();
      },
    });
  };
  const comeBack = async () => {
    try {
      socket = await open();
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  };
  socket = await open();
  return {
    idFaults: () => idFaults,
    cuts: () => cuts,
    reached(seq) {
      if (lastSeq >= seq) return Promise.resolve(lastAtMs);
      return new Promise((resolve, reject) => waiting.push({ seq, resolve, reject }));
    },
    close: () => socket?.close(),
  };
}
