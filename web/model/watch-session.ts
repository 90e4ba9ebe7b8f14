import { type Signal, signal } from '@preact/signals';
import type { SessionView } from '../../protocol/session.ts';
import type { MessageView, TaskView } from '../../protocol/task.ts';
import { type Connection, followEvents } from './event-stream.ts';
import { createTimeline, EMPTY_TIMELINE, type Timeline } from './timeline.ts';

/** What can be seen of a session. */
export type WatchedSession = {
  id: string;
  session: Signal<SessionView | null>;
  tasks: Signal<TaskView[]>;
  messages: Signal<MessageView[]>;
  timeline: Signal<Timeline>;
  connection: Signal<Connection>;
  close(): void;
};

type Deps = {
  location: Location;
  /** Where the session's events are, without its own query. */
  path: string;
  /** The socket dropped, or was refused: which of both a browser does not say. */
  onDropped: () => void;
};

/** Keeps what can be seen of a session current by its event stream. */
export function watchSession(id: string, { location, path, onDropped }: Deps): WatchedSession {
  const session = signal<SessionView | null>(null);
  const tasks = signal<TaskView[]>([]);
  const messages = signal<MessageView[]>([]);
  const builder = createTimeline();
  const timeline = signal<Timeline>(EMPTY_TIMELINE);
  const connection = signal<Connection>('connecting');
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';

  const stream = followEvents({
    connect: (afterId) => new WebSocket(`${scheme}://${location.host}${path}?after=${afterId}&seen=1`),
    random: Math.random,
    onState(frame) {
      session.value = frame.session;
      const replace = frame.type === 'snapshot';
      tasks.value = replace ? frame.tasks : merge(tasks.value, frame.tasks);
      messages.value = replace ? frame.messages : merge(messages.value, frame.messages);
    },
    onEvents(events) {
      timeline.value = builder.extend(events);
    },
    onConnection(state) {
      connection.value = state;
      if (state === 'reconnecting') onDropped();
    },
  });
  return { id, session, tasks, messages, timeline, connection, close: () => stream.close() };
}

/** Replaces the items that changed and appends the new ones; order stays. */
function merge<T extends { id: string }>(old: readonly T[], changed: readonly T[]): T[] {
  const byId = new Map(changed.map((item) => [item.id, item]));
  const kept = old.map((item) => byId.get(item.id) ?? item);
  const known = new Set(old.map((item) => item.id));
  return [...kept, ...changed.filter((item) => !known.has(item.id))];
}
