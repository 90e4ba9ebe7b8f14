import type { LoggedEvent } from '../../protocol/events.ts';
import {
  PING_INTERVAL_MS,
  PING_TEXT,
  PONG_TEXT,
  RECONNECT_FIRST_MS,
  RECONNECT_MAX_MS,
} from '../../protocol/limits.ts';
import { SeenTeller, type ToViewer, toViewerSchema } from '../../protocol/viewer-socket.ts';

export type Connection = 'connecting' | 'live' | 'reconnecting' | 'closed';

export type EventStreamDeps = {
  /** Opens a socket that replays everything after an event id. */
  connect(afterId: number): WebSocket;
  random(): number;
  onState(state: Extract<ToViewer, { type: 'snapshot' | 'changed' }>): void;
  /** In order, without a gap, each exactly once. */
  onEvents(events: LoggedEvent[]): void;
  onConnection(connection: Connection): void;
};

/**
 * Follows a session's events over a WebSocket for as long as it is open. A lost or half-open socket is
 * replaced with full jitter and continues after the last event seen, so nothing is missed or shown twice.
 */
export function followEvents(deps: EventStreamDeps): { close(): void } {
  let lastId = 0;
  let attempt = 0;
  let closed = false;
  let socket: WebSocket | null = null;
  let teller = new SeenTeller();
  let answered = true;
  let heartbeat: ReturnType<typeof setInterval> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function open(): void {
    deps.onConnection(attempt === 0 ? 'connecting' : 'reconnecting');
    const mine = deps.connect(lastId);
    socket = mine;
    teller = new SeenTeller();
    answered = true;
    mine.onmessage = (message) => {
      if (mine === socket) receive(String(message.data));
    };
    mine.onclose = () => {
      if (mine === socket) reconnect();
    };
    heartbeat = setInterval(() => ping(mine), PING_INTERVAL_MS);
  }

  function ping(mine: WebSocket): void {
    if (mine.readyState === mine.CONNECTING) return;
    if (!answered) {
      reconnect();
      return;
    }
    answered = false;
    if (mine.readyState === mine.OPEN) mine.send(PING_TEXT);
  }

  function receive(data: string): void {
    answered = true;
    if (data === PONG_TEXT) return;
    const frame = toViewerSchema.safeParse(parseJson(data));
    if (!frame.success) {
      reconnect();
      return;
    }
    attempt = 0;
    deps.onConnection('live');
    take(frame.data);
    const seen = teller.took(data.length, lastId);
    if (seen !== null && socket !== null && socket.readyState === socket.OPEN) socket.send(seen);
  }

  function take(frame: ToViewer): void {
    if (frame.type !== 'events') {
      deps.onState(frame);
      return;
    }
    const fresh = frame.events.filter((event) => event.id > lastId);
    const first = fresh[0];
    if (first === undefined) return;
    if (first.id !== lastId + 1) {
      reconnect();
      return;
    }
    lastId = fresh[fresh.length - 1]?.id ?? lastId;
    deps.onEvents(fresh);
  }

  function drop(): void {
    clearInterval(heartbeat);
    const old = socket;
    socket = null;
    old?.close();
  }

  function reconnect(): void {
    drop();
    if (closed) return;
    deps.onConnection('reconnecting');
    const ceiling = Math.min(RECONNECT_MAX_MS, RECONNECT_FIRST_MS * 2 ** attempt);
    attempt += 1;
    retry = setTimeout(open, deps.random() * ceiling);
  }

  open();
  return {
    close() {
      closed = true;
      clearTimeout(retry);
      drop();
      deps.onConnection('closed');
    },
  };
}

/** Undefined, which is no frame, when it is no JSON: a proxy may answer in the server's place. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
