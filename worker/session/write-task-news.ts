import { isTerminal } from '../../protocol/task-state.ts';
import type { GitHubWrite } from '../github-write.ts';
import { renderCheckRun } from './render/render-check-run.ts';
import { renderTrackingComment } from './render/render-tracking-comment.ts';
import type { TaskRecord } from './session-record.ts';
import type { SessionUnit } from './session-unit.ts';
import { githubPut } from './session-writes.ts';
import { change, draftOf, stepOf, type TaskStep } from './task-draft.ts';

/** The wait until a task's next edit is over. */
export function publishNews(task: TaskRecord, nowMs: number): TaskStep {
  const draft = draftOf(task, nowMs);
  if (task.comment.dueAt !== null) change(draft, { comment: { ...task.comment, dueAt: nowMs } });
  return stepOf(draft);
}

/** Puts a task's comment and check run into the outbox when they are due. */
export function writeTaskNews(unit: SessionUnit, taskNumber: number): void {
  const task = unit.task(taskNumber);
  const { dueAt } = task.comment;
  if (dueAt === null || dueAt > unit.nowMs) return;
  const comment = trackingComment(unit, task);
  if (comment !== null) unit.put(githubPut(comment));
  const checkRun = renderCheckRun(unit.session, task, unit.deps);
  // A check run's summary changes with each step; only its state and commit are worth a write.
  const said =
    checkRun === null
      ? null
      : JSON.stringify([checkRun.title, checkRun.headSha, checkRun.state, checkRun.actions]);
  if (checkRun !== null && said !== task.checkRun) unit.put(githubPut(checkRun));
  unit.stage({
    ...task,
    checkRun: said,
    comment: { ...task.comment, writtenAt: unit.nowMs, dueAt: null },
  });
}

function trackingComment(unit: SessionUnit, task: TaskRecord): GitHubWrite | null {
  const { thread } = unit.session;
  if (thread === null) return null;
  const { publicUrl } = unit.deps;
  return {
    kind: 'tracking_comment',
    key: `comment:${task.view.id}`,
    taskId: task.view.id,
    thread,
    body: renderTrackingComment(unit.session, task, { publicUrl, nowMs: unit.nowMs }),
    urgent: isTerminal(task.view.state),
  };
}
