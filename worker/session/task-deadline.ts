import { isTerminal } from '../../protocol/task-state.ts';
import { answerByDefault } from './ask-question.ts';
import { isBlocked } from './dependencies.ts';
import { askToEnd, endNow } from './end-task.ts';
import { recoversAt, tryNow } from './recover-task.ts';
import type { TaskRecord } from './session-record.ts';
import { endsAtOf, STATE_DEADLINES, type StateDeadline } from './state-deadlines.ts';
import { change, changeView, draftOf, fail, stepOf, type TaskDraft, type TaskStep } from './task-draft.ts';

/** A runner that is asked to end a job needs a grace for Claude, one for its commands, and a rescue commit. */
export const END_GRACE_MS = 30_000;

/**
 * The Fleet is asked again why a job waits: soon where it has not said so yet, later less often. A thousand jobs may
 * wait, and each time costs a few writes.
 */
const QUEUE_CHECK_MS = [5_000, 30_000, 60_000] as const;
const QUEUE_CHECK_LATER_MS = 5 * 60_000;

/** Whoever has so many ahead waits for long: only the last of these intervals is worth its writes. */
const MANY_AHEAD = 50;

/** Who stops a task when nobody else did. */
const OURSELVES = 'Signalbox';

/** When somebody must look at this task if nothing happens before (ms since 1970). Null when it is over. */
export function deadlineOf(task: TaskRecord): number | null {
  const { state, stateSince } = task.view;
  if (isTerminal(state)) return null;
  if (task.endRequest !== null) return task.endRequest.atMs + END_GRACE_MS;
  const endsAtMs = endsAtOf(task);
  const deadline = STATE_DEADLINES[state];
  if (endsAtMs === null || deadline === null) return null;
  const times = [endsAtMs];
  const triedAtMs = recoversAt(task);
  if (triedAtMs !== null) return Math.min(endsAtMs, triedAtMs);
  if (deadline.reminderMs !== null && !wasReminded(task) && !isBlocked(task))
    times.push(stateSince + deadline.reminderMs);
  if (asksQueue(task)) {
    times.push(queueCheckMs(task));
  }
  return Math.min(...times);
}

/** Decides what follows when the time of `deadlineOf` has come. */
export function meetDeadline(task: TaskRecord, nowMs: number): TaskStep {
  const draft = draftOf(task, nowMs);
  const dueMs = deadlineOf(task);
  const deadline = STATE_DEADLINES[task.view.state];
  // Left over from a state that the task has left meanwhile.
  if (dueMs === null || dueMs > nowMs || deadline === null) return stepOf(draft);
  if (task.endRequest !== null) return endNow(task, task.endRequest, nowMs);
  const endsAtMs = endsAtOf(task) ?? nowMs;
  if (nowMs >= endsAtMs) return answerByDefault(task, nowMs) ?? endOf(task, deadline, nowMs);
  const again = tryNow(task, nowMs);
  if (again !== null) return again;
  const { reminderMs } = deadline;
  if (
    reminderMs !== null &&
    !wasReminded(task) &&
    !isBlocked(task) &&
    nowMs >= task.view.stateSince + reminderMs
  ) {
    remind(draft, endsAtMs);
  }
  if (asksQueue(task)) askAgain(draft);
  return stepOf(draft);
}

/** A job that a runner has is in no queue; should it be lost, the Fleet says so. */
function asksQueue({ view, active }: TaskRecord): boolean {
  return view.state === 'pending' && active && view.runnerId === null;
}

function wasReminded(task: TaskRecord): boolean {
  return task.remindedOf === task.view.stateSince;
}

/** The comment says it as well, but an edit notifies nobody. */
function remind(draft: TaskDraft, endsAtMs: number): void {
  const { view } = draft.task;
  change(draft, { remindedOf: view.stateSince });
  draft.events.push({ type: 'task.reminded', state: view.state, endsAt: endsAtMs });
  draft.effects.push({ type: 'remind', endsAtMs }, { type: 'news', urgent: false });
}

function queueCheckMs({ enqueuedAt, queueAskedAt = 0, queueChecks, queue }: TaskRecord): number {
  const isAnswered = queue !== null && queue.ahead !== null;
  const isFarBack = (queue?.ahead ?? 0) >= MANY_AHEAD;
  const soonMs = isFarBack ? undefined : QUEUE_CHECK_MS[queueChecks + (isAnswered ? 1 : 0)];
  return Math.max(enqueuedAt, queueAskedAt) + (soonMs ?? QUEUE_CHECK_LATER_MS);
}

/** A copy of the same request: the Fleet changes nothing and says how things stand. */
function askAgain(draft: TaskDraft): void {
  const { queueChecks } = draft.task;
  if (draft.nowMs < queueCheckMs(draft.task)) return;
  change(draft, { queueChecks: queueChecks + 1, queueAskedAt: draft.nowMs });
  draft.effects.push({ type: 'ask_queue' });
}

function endOf(task: TaskRecord, deadline: StateDeadline, nowMs: number): TaskStep {
  const message = deadline.message(task);
  const failure = { kind: deadline.kind(task), message, remedy: deadline.remedy(task), retryAt: null };
  if (deadline.end === 'stopped') {
    const asked = askToEnd(task, { how: 'stop', by: OURSELVES, reason: message, atMs: nowMs }, nowMs);
    if (!('status' in asked)) {
      const draft: TaskDraft = { ...asked, nowMs };
      // Shown with the end: why it was stopped and how it goes on.
      changeView(draft, { failure });
      draft.effects.push({ type: 'news', urgent: false });
      return stepOf(draft);
    }
  }
  const draft = draftOf(task, nowMs);
  draft.effects.push({ type: 'withdraw', reason: message });
  fail(draft, failure);
  return stepOf(draft);
}
