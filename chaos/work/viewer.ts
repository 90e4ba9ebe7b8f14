import WebSocket from 'ws';
import type { LoggedEvent } from '../../protocol/events.ts';
import type { TaskView } from '../../protocol/task.ts';
import { type ToViewer, toViewerSchema } from '../../protocol/viewer-socket.ts';

const RECONNECT_MS = 150;

/** A page pings, and so finds a socket that is dead without a word. */
const PING_MS = 5_000;

export type Viewer = {
  /** In the order in which it had them, over all its sockets. */
  events(): readonly LoggedEvent[];
  tasks(): readonly TaskView[];
  /** Its socket ends, and it comes back. */
  drop(): void;
  /** It comes and goes no more. */
  calmDown(): void;
  close(): void;
};

export type ViewerOptions = {
  url: string;
  headers: Record<string, string>;
  sessionId: string;
  dropsEveryMs: number | null;
  onEvent?(event: LoggedEvent): void;
};

/** Follows one session as the page does: comes back after each cut and asks for what it has not seen. */
export function startViewer(options: ViewerOptions): Viewer {
  const { url, headers, sessionId, dropsEveryMs } = options;
  const base = `${url.replace(/^http/, 'ws')}/api/sessions/${sessionId}/events`;
  const seen: LoggedEvent[] = [];
  const tasks = new Map<string, TaskView>();
  let socket: WebSocket | null = null;
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;
  const take = (frame: ToViewer) => {
    if (frame.type !== 'events') {
      for (const task of frame.tasks) tasks.set(task.id, task);
      return;
    }
    seen.push(...frame.events);
    for (const event of frame.events) options.onEvent?.(event);
  };
  const connect = () => {
    const current = new WebSocket(`${base}?after=${seen.at(-1)?.id ?? 0}`, { headers });
    socket = current;
    let heard = true;
    const pings = setInterval(() => {
      if (!heard) current.terminate();
      heard = false;
      if (current.readyState === WebSocket.OPEN) current.send('ping');
    }, PING_MS);
    current.on('message', (data) => {
      heard = true;
      const text = String(data);
      // What a closed socket still had in its buffer is asked for again by the next one.
      if (socket === current && text.startsWith('{')) take(toViewerSchema.parse(JSON.parse(text)));
    });
    // A refusal and a cut both end in `close`.
    current.on('error', () => {});
    current.on('close', () => {
      clearInterval(pings);
      if (!isClosed) retry = setTimeout(connect, RECONNECT_MS);
    });
  };
  connect();
  const drop = () => {
    const current = socket;
    socket = null;
    current?.terminate();
  };
  const drops = dropsEveryMs === null ? undefined : setInterval(drop, dropsEveryMs);
  return {
    events: () => seen,
    tasks: () => [...tasks.values()],
    drop,
    calmDown: () => clearInterval(drops),
    close() {
      isClosed = true;
      clearInterval(drops);
      clearTimeout(retry);
      drop();
    },
  };
}
