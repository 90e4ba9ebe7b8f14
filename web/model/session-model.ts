import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type DiffView, diffViewSchema } from '../../protocol/diff.ts';
import { sessionAnswerSchema, submitAnswerSchema } from '../../protocol/http.ts';
import { type QuestionReplyInput, questionViewSchema } from '../../protocol/questions.ts';
import { type Decision, type TaskView, taskViewSchema } from '../../protocol/task.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import { type Api, type ApiResult, describeFailure } from './api.ts';
import { type Attention, createAttention } from './attention-model.ts';
import type { ChosenImage } from './choose-images.ts';
import { createImageUpload } from './upload-images.ts';
import { type WatchedSession, watchSession } from './watch-session.ts';

export type SessionModel = WatchedSession & {
  /** For panels that ask for what only they show. Left out where nothing can be asked. */
  api?: Api;
  /** The task that runs or waits; null when nothing does. */
  activeTask: ReadonlySignal<TaskView | null>;
  /** What of this session is stuck. */
  attention: Attention;
  problem: Signal<string | null>;
  busy: Signal<boolean>;
  /** Sends a prompt: it steers the running task or starts a new one. @returns whether it was accepted. */
  send(text: string, images?: readonly ChosenImage[]): Promise<boolean>;
  /** `resume` also lets a held task start. */
  order(what: 'cancel' | 'stop' | 'pause' | 'resume'): Promise<void>;
  /** Answers what Claude asks. @returns whether it was taken */
  answer(taskId: string, questionId: string, reply: QuestionReplyInput): Promise<boolean>;
  /** Lets a task start that is held, or waits for others. @returns whether it was taken */
  startTask(taskId: string): Promise<boolean>;
  /** Starts a task that is over again, as a new one. @returns whether it was taken */
  retryTask(taskId: string): Promise<boolean>;
  /** Takes the work of a task that waits for a person as it is. @returns whether it was the first */
  finishTask(taskId: string): Promise<boolean>;
  /** What is done about failed gates of a task. @returns whether it was taken */
  decideGates(taskId: string, choice: GateChoice): Promise<boolean>;
  /** A person's answer to work that waits for it. @returns whether it was the first */
  decide(taskId: string, choice: ApprovalChoice): Promise<boolean>;
  /** What a task, or one turn of it, changed; null when it can't be had. */
  readDiff(taskId: string, turn: number | null): Promise<DiffView | null>;
};

export type GateChoice =
  | { what: 'retry'; how: 'claude' | 'gates'; note: string }
  | { what: 'override'; reason: string };

export type ApprovalChoice = { verdict: Decision['verdict']; reason: string; tree: string | null };

type Deps = { api: Api; location: Location; document: Document; onSignedOut: () => void };

/** A live page tells of everything else by itself; this is asked for, and changes within minutes at most. */
const ATTENTION_MS = 10_000;

/** One session as the page shows it, kept current by its event stream. */
export function createSessionModel(id: string, deps: Deps): SessionModel {
  const { api, location, document, onSignedOut } = deps;
  const problem = signal<string | null>(null);
  const busy = signal(false);
  const watched = watchSession(id, {
    location,
    path: `/api/sessions/${id}/events`,
    onDropped: () => void askWhy(),
  });
  const activeTask = computed(() => watched.tasks.value.find((task) => !isTerminal(task.state)) ?? null);

  const attention = createAttention({ api, document, onSignedOut, sessionId: id });
  attention.start(ATTENTION_MS);

  /** A refused WebSocket tells a browser nothing; the same address over HTTP says whether to give up. */
  async function askWhy(): Promise<void> {
    const result = await api.call('GET /api/sessions/{id}', { params: { id } }, sessionAnswerSchema);
    if (result.ok) return;
    if (result.failure.reason === 'signed_out') {
      watched.close();
      onSignedOut();
    }
    if (result.failure.reason === 'problem' && result.failure.problem.status === 404) {
      watched.close();
      problem.value = describeFailure(result.failure);
    }
  }

  const upload = createImageUpload(api);

  async function act<T>(call: () => Promise<ApiResult<T>>): Promise<boolean> {
    busy.value = true;
    const result = await call();
    busy.value = false;
    problem.value = result.ok ? null : describeFailure(result.failure);
    if (!result.ok && result.failure.reason === 'signed_out') onSignedOut();
    return result.ok;
  }

  return {
    ...watched,
    api,
    activeTask,
    attention,
    problem,
    busy,
    send: (text, images = []) =>
      act(async () => {
        const stored = await upload(id, images);
        if (!stored.ok) return stored;
        const body = stored.value.length === 0 ? { text } : { text, attachments: stored.value };
        return api.call('POST /api/sessions/{id}/messages', { params: { id }, body }, submitAnswerSchema);
      }),
    async order(what) {
      const task = activeTask.value;
      if (task === null) return;
      const input = { params: { taskId: task.id }, body: {} };
      await act(() => api.call(`POST /api/tasks/{taskId}/${what}`, input, taskViewSchema));
    },
    answer: (taskId, questionId, reply) => {
      const input = { params: { taskId, questionId }, body: reply };
      return act(() =>
        api.call('POST /api/tasks/{taskId}/questions/{questionId}/answer', input, questionViewSchema),
      );
    },
    startTask: (taskId) =>
      act(() => api.call('POST /api/tasks/{taskId}/start', { params: { taskId }, body: {} }, taskViewSchema)),
    retryTask: (taskId) =>
      act(() => api.call('POST /api/tasks/{taskId}/retry', { params: { taskId } }, taskViewSchema)),
    finishTask: (taskId) =>
      act(() =>
        api.call('POST /api/tasks/{taskId}/finish', { params: { taskId }, body: {} }, taskViewSchema),
      ),
    decide(taskId, { verdict, reason, tree }) {
      const body = {
        ...(reason === '' ? {} : { reason }),
        ...(tree === null ? {} : { tree }),
        ...(verdict === 'rework' ? { again: true } : {}),
      };
      const what = verdict === 'approved' ? 'approve' : 'reject';
      return act(() =>
        api.call(`POST /api/tasks/{taskId}/${what}`, { params: { taskId }, body }, taskViewSchema),
      );
    },
    async readDiff(taskId, turn) {
      const query = turn === null ? {} : { turn };
      const input = { params: { taskId }, query };
      const result = await api.call('GET /api/tasks/{taskId}/diff', input, diffViewSchema);
      if (!result.ok) problem.value = describeFailure(result.failure);
      return result.ok ? result.value : null;
    },
    decideGates(taskId, choice) {
      const params = { taskId };
      if (choice.what === 'override') {
        const body = choice.reason === '' ? {} : { reason: choice.reason };
        return act(() =>
          api.call('POST /api/tasks/{taskId}/gates/override', { params, body }, taskViewSchema),
        );
      }
      const { how, note } = choice;
      const body = note === '' ? { how } : { how, note };
      return act(() => api.call('POST /api/tasks/{taskId}/gates/retry', { params, body }, taskViewSchema));
    },
    close() {
      watched.close();
      attention.stop();
    },
  };
}
