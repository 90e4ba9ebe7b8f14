import WebSocket from 'ws';
import type { Stack } from '../../local/stack/start-stack.ts';
import type { LoggedEvent } from '../../protocol/events.ts';
import { SeenTeller, toViewerSchema } from '../../protocol/viewer-socket.ts';

/** Before the session exists there is nothing to watch; a look this often finds it soon without being a load. */
const RECONNECT_MS = 25;

export type EventWatch = {
  /** Resolves at the first frame of the session. */
  open: Promise<void>;
  close(): void;
};

/**
 * Follows one session as a viewer. `atMs` is when a frame arrived, read before the frame is parsed: ms of this
 * process's `performance.now()`. Connects again until it is closed, and misses nothing in between.
 */
export function watchEvents(
  stack: Pick<Stack, 'url' | 'api'>,
  sessionId: string,
  onEvents: (events: LoggedEvent[], atMs: number) => void,
): EventWatch {
  const { promise: open, resolve: opened } = Promise.withResolvers<void>();
  const base = `${stack.url.replace(/^http/, 'ws')}/api/sessions/${sessionId}/events`;
  let after = 0;
  let closed = false;
  let socket: WebSocket | null = null;
  let retry: NodeJS.Timeout | undefined;
  const connect = (): void => {
    const mine = new WebSocket(`${base}?after=${after}&seen=1`, { headers: stack.api.headers });
    socket = mine;
    const teller = new SeenTeller();
    mine.on('message', (data) => {
      const atMs = performance.now();
      const text = String(data);
      if (!text.startsWith('{')) return;
      const frame = toViewerSchema.parse(JSON.parse(text));
      opened();
      if (frame.type === 'events') after = frame.events.at(-1)?.id ?? after;
      const seen = teller.took(text.length, after);
      if (seen !== null) mine.send(seen, () => {});
      if (frame.type === 'events') onEvents(frame.events, atMs);
    });
    // A refusal and a cut both end in `close`.
    mine.on('error', () => {});
    mine.on('close', () => {
      if (!closed) retry = setTimeout(connect, RECONNECT_MS);
    });
  };
  connect();
  return {
    open,
    close() {
      closed = true;
      clearTimeout(retry);
      socket?.terminate();
    },
  };
}
