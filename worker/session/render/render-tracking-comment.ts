import type { SessionRecord, TaskRecord } from '../session-record.ts';
import { describeState } from './describe-state.ts';
import { formatDuration } from './format-quantities.ts';
import { renderTask } from './render-task.ts';

/** First line of each tracking comment; by it the comment is found again when an answer was lost. */
export function trackingMarker(taskId: string): string {
  return `<!-- signalbox:task:${taskId} -->`;
}

/** The comment that tells how a task stands: state, time, cost, what Claude does, what to do when it failed. */
export function renderTrackingComment(
  session: SessionRecord,
  task: TaskRecord,
  context: { publicUrl: string; nowMs: number },
): string {
  const { view } = task;
  const elapsed = formatDuration((view.endedAt ?? context.nowMs) - view.createdAt);
  const link = `[Session](${context.publicUrl}/sessions/${session.id})`;
  const runner = view.runnerName === null ? '' : ` · runner ${view.runnerName.replace(/[^\w .-]/g, '')}`;
  const heading = `**${describeState(task)}** · ${elapsed}${runner} · ${link}`;
  return [trackingMarker(view.id), heading, ...renderTask(task)].join('\n\n');
}
