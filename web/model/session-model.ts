import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { sessionAnswerSchema, submitAnswerSchema } from '../../protocol/http.ts';
import type { SessionView } from '../../protocol/session.ts';
import { type MessageView, type TaskView, taskViewSchema } from '../../protocol/task.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import { type Api, type ApiResult, describeFailure } from './api.ts';
import { type Attention, createAttention } from './attention-model.ts';
import { type Connection, followEvents } from './event-stream.ts';
import { createTimeline, EMPTY_TIMELINE, type Timeline } from './timeline.ts';

export type SessionModel = {
  id: string;
  session: Signal<SessionView | null>;
  tasks: Signal<TaskView[]>;
  messages: Signal<MessageView[]>;
  timeline: Signal<Timeline>;
  connection: Signal<Connection>;
  /** The task that runs or waits; null when nothing does. */
  activeTask: ReadonlySignal<TaskView | null>;
  /** What of this session is stuck. */
  attention: Attention;
  problem: Signal<string | null>;
  busy: Signal<boolean>;
  /** Sends a prompt: it steers the running task or starts a new one. @returns whether it was accepted. */
  send(text: string): Promise<boolean>;
  end(how: 'cancel' | 'stop'): Promise<void>;
  close(): void;
};

type Deps = { api: Api; location: Location; document: Document; onSignedOut: () => void };

/** A live page tells of everything else by itself; this is asked for, and changes within minutes at most. */
const ATTENTION_MS = 10_000;

/** One session as the page shows it, kept current by its event stream. */
export function createSessionModel(id: string, deps: Deps): SessionModel {
  const { api, location, document, onSignedOut } = deps;
  const session = signal<SessionView | null>(null);
  const tasks = signal<TaskView[]>([]);
  const messages = signal<MessageView[]>([]);
  const builder = createTimeline();
  const timeline = signal<Timeline>(EMPTY_TIMELINE);
  const connection = signal<Connection>('connecting');
  const problem = signal<string | null>(null);
  const busy = signal(false);
  const activeTask = computed(() => tasks.value.find((task) => !isTerminal(task.state)) ?? null);

  const attention = createAttention({ api, document, onSignedOut, sessionId: id });
  attention.start(ATTENTION_MS);

  const stream = followEvents({
    connect: (afterId) => new WebSocket(socketUrl(location, id, afterId)),
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
      if (state === 'reconnecting') void askWhy();
    },
  });

  /** A refused WebSocket tells a browser nothing; the same address over HTTP says whether to give up. */
  async function askWhy(): Promise<void> {
    const result = await api.call('GET /api/sessions/{id}', { params: { id } }, sessionAnswerSchema);
    if (result.ok) return;
    if (result.failure.reason === 'signed_out') {
      stream.close();
      onSignedOut();
    }
    if (result.failure.reason === 'problem' && result.failure.problem.status === 404) {
      stream.close();
      problem.value = describeFailure(result.failure);
    }
  }

  async function act<T>(call: () => Promise<ApiResult<T>>): Promise<boolean> {
    busy.value = true;
    const result = await call();
    busy.value = false;
    problem.value = result.ok ? null : describeFailure(result.failure);
    if (!result.ok && result.failure.reason === 'signed_out') onSignedOut();
    return result.ok;
  }

  return {
    id,
    session,
    tasks,
    messages,
    timeline,
    connection,
    activeTask,
    attention,
    problem,
    busy,
    send: (text) => {
      const input = { params: { id }, body: { text } };
      return act(() => api.call('POST /api/sessions/{id}/messages', input, submitAnswerSchema));
    },
    async end(how) {
      const task = activeTask.value;
      if (task === null) return;
      const input = { params: { taskId: task.id }, body: {} };
      await act(() => api.call(`POST /api/tasks/{taskId}/${how}`, input, taskViewSchema));
    },
    close() {
      stream.close();
      attention.stop();
    },
  };
}

function socketUrl(location: Location, id: string, afterId: number): string {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return `${scheme}://${location.host}/api/sessions/${id}/events?after=${afterId}&seen=1`;
}

/** Replaces the items that changed and appends the new ones; order stays. */
function merge<T extends { id: string }>(old: readonly T[], changed: readonly T[]): T[] {
  const byId = new Map(changed.map((item) => [item.id, item]));
  const kept = old.map((item) => byId.get(item.id) ?? item);
  const known = new Set(old.map((item) => item.id));
  return [...kept, ...changed.filter((item) => !known.has(item.id))];
}
