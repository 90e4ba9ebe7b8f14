import type { LoggedEvent } from '../../protocol/events.ts';
import type { SessionView } from '../../protocol/session.ts';
import type { TaskView } from '../../protocol/task.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import {
  MAX_WEBHOOK_TEXT,
  type ScheduleData,
  type SessionEventType,
  type WebhookData,
} from '../../protocol/webhooks.ts';
import { redactText } from '../../redact/redact-text.ts';

/** A message on its way to the account, which knows who wants it. `id` is the same for every copy. */
export type SessionNews = { id: string; type: SessionEventType; at: number; data: WebhookData };
export type WebhookNews =
  | SessionNews
  | { id: string; type: 'schedule.paused'; at: number; data: ScheduleData };

export type NewsContext = {
  session: () => SessionView;
  /** As the task is after everything that happened at once. */
  taskOf: (taskId: string) => TaskView | null;
  publicUrl: string;
};

/** What other systems are told of a stored event; null when nothing. */
export function describeEvent(
  { id, at, taskId, event }: LoggedEvent,
  context: NewsContext,
): SessionNews | null {
  const task = taskId === null ? null : context.taskOf(taskId);
  const type = typeOf(event, task);
  if (type === null) return null;
  const session = context.session();
  const data = { ...dataOf(session, context.publicUrl), task: task === null ? null : taskData(task) };
  // A session that was deleted may be made anew under its id; its events count from 1 again.
  return { id: `msg_${session.id}.${session.createdAt}.${id}`, type, at, data };
}

function typeOf(event: LoggedEvent['event'], task: TaskView | null): SessionEventType | null {
  switch (event.type) {
    case 'session.created':
    case 'task.created':
    case 'pull_request.opened':
      return event.type;
    case 'task.moved': {
      const { from, to } = event;
      if (isTerminal(to)) return `task.${to}` as SessionEventType;
      // A state that was left in the same moment is no news: approvals that a policy gives.
      if (task?.state !== to) return null;
      if (to === 'running') return from === 'pre_flight' ? 'task.started' : null;
      return WAITING.has(to) ? 'task.waiting' : null;
    }
    default:
      return null;
  }
}

const WAITING: ReadonlySet<string> = new Set(['waiting_input', 'paused', 'qa_failed', 'waiting_approval']);

function dataOf(session: SessionView, publicUrl: string): Omit<WebhookData, 'task'> {
  const { workspace } = session;
  const repository = workspace.type === 'github' ? workspace.repository : null;
  return {
    account: session.account,
    session: {
      id: session.id,
      title: safe(session.title),
      status: session.status,
      repository: repository === null ? null : `${repository.owner}/${repository.name}`,
      branch: session.branch,
      url: session.url,
      page: `${publicUrl}/sessions/${session.id}`,
    },
  };
}

function taskData(task: TaskView): NonNullable<WebhookData['task']> {
  const { id, number, state, source, failure, branch, commitSha, pullRequest, usage } = task;
  return {
    id,
    number,
    state,
    request: safe(task.request),
    source,
    requester: task.requester.login,
    summary: task.summary === null ? null : safe(task.summary),
    failure:
      failure === null
        ? null
        : { kind: failure.kind, message: safe(failure.message), remedy: safe(failure.remedy) },
    branch,
    commitSha,
    pullRequest: pullRequest === null ? null : { number: pullRequest.number, url: pullRequest.url },
    usage,
    createdAt: task.createdAt,
    startedAt: task.startedAt,
    endedAt: task.endedAt,
  };
}

/** Redacted before it is cut, so that no half of a secret is left. */
function safe(text: string): string {
  const redacted = redactText(text);
  return redacted.length > MAX_WEBHOOK_TEXT ? `${redacted.slice(0, MAX_WEBHOOK_TEXT)}…` : redacted;
}
