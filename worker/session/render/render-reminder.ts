import type { GitHubWrite } from '../../github-write.ts';
import type { SessionRecord, TaskRecord } from '../session-record.ts';
import { describeState } from './describe-state.ts';
import { escapeMarkdown } from './escape-markdown.ts';
import { formatMoment } from './format-quantities.ts';

/**
 * An answer in the thread that tells the requester what a task waits for. Null without a thread. Its key names the
 * wait, so that one reminder is written for it however often it is asked for.
 */
export function renderReminder(
  session: SessionRecord,
  task: TaskRecord,
  endsAtMs: number,
): Extract<GitHubWrite, { kind: 'reply' }> | null {
  const { thread } = session;
  if (thread === null) return null;
  const { view, queue } = task;
  const { login, id } = view.requester;
  const greeting = id === null ? '' : `@${login} `;
  const why = view.state === 'pending' && queue?.reason ? ` ${escapeMarkdown(queue.reason)}` : '';
  return {
    kind: 'reply',
    key: `remind:${view.id}:${view.stateSince}`,
    taskId: view.id,
    thread,
    body: `${greeting}Task ${view.number} is still waiting: **${describeState(task)}**.${why} It ends by itself on ${formatMoment(endsAtMs)}.`,
  };
}
