import WebSocket from 'ws';
import type { LoggedEvent } from '../../protocol/events.ts';
import type { TaskView } from '../../protocol/task.ts';
import { SeenTeller, toViewerSchema } from '../../protocol/viewer-socket.ts';

export type SessionWatch = { close(): void };

export type SessionWatcher = {
  onEvents?(events: LoggedEvent[]): void;
  onTasks?(tasks: TaskView[]): void;
};

/** Follows one session as a viewer does. The socket is not replaced when it drops: `onClose` says so. */
export function watchSession(
  url: string,
  headers: Record<string, string>,
  sessionId: string,
  watcher: SessionWatcher & { after?: number; onClose?(): void },
): SessionWatch {
  const address = `${url.replace(/^http/, 'ws')}/api/sessions/${sessionId}/events?after=${watcher.after ?? 0}&seen=1`;
  const teller = new SeenTeller();
  let lastId = watcher.after ?? 0;
  const socket = new WebSocket(address, { headers });
  socket.on('message', (data) => {
    const text = String(data);
    if (!text.startsWith('{')) return;
    const frame = toViewerSchema.parse(JSON.parse(text));
    if (frame.type === 'events') lastId = frame.events.at(-1)?.id ?? lastId;
    const seen = teller.took(text.length, lastId);
    if (seen !== null) socket.send(seen);
    if (frame.type === 'events') watcher.onEvents?.(frame.events);
    else watcher.onTasks?.(frame.tasks);
  });
  socket.on('error', () => {});
  socket.on('close', () => watcher.onClose?.());
  return { close: () => socket.terminate() };
}
