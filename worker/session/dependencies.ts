import type { TaskId } from '../../protocol/ids.ts';
import type { Dependency } from '../../protocol/task.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import { hold } from './hold-task.ts';
import type { TaskRecord } from './session-record.ts';
import { change, changeView, draftOf, fail, stepOf, type TaskDraft, type TaskStep } from './task-draft.ts';

/** Whoever waits beyond these asks again now and then: the record of one task must stay small. */
export const MAX_DEPENDENTS = 500;

export type DependencyEnd = NonNullable<Dependency['ended']>;

/** What of the tasks that a task waits for has not ended. */
export function openDependencies({ view }: TaskRecord): Dependency[] {
  return (view.after ?? []).filter(({ ended }) => ended === null);
}

/** It waits for other tasks; nobody has to give it a runner. */
export function isBlocked(task: TaskRecord): boolean {
  return task.view.state === 'pending' && task.waitsNoMore !== true && openDependencies(task).length > 0;
}

/** One of the tasks that this one waits for has ended. Copies of the news change nothing. */
export function noteDependency(
  task: TaskRecord,
  taskId: TaskId,
  ended: DependencyEnd,
  nowMs: number,
): TaskStep {
  const draft = draftOf(task, nowMs);
  const isOpen = openDependencies(task).some((dependency) => dependency.taskId === taskId);
  if (!isOpen || !isBlocked(task)) return stepOf(draft);
  const after = (task.view.after ?? []).map((one) => (one.taskId === taskId ? { ...one, ended } : one));
  changeView(draft, { after });
  const left = openDependencies(draft.task).length;
  draft.events.push({ type: 'dependency.ended', taskId, ended, left, by: null });
  if (ended !== 'completed') followFailure(draft, taskId, ended);
  else draft.effects.push({ type: 'news', urgent: false });
  startWaiting(draft);
  return stepOf(draft);
}

/** Somebody lets a task start without waiting for others. Null: it waits for none. */
export function waitNoMore(task: TaskRecord, by: string, nowMs: number): TaskStep | null {
  if (!isBlocked(task)) return null;
  const draft = draftOf(task, nowMs);
  change(draft, { waitsNoMore: true });
  draft.events.push({
    type: 'dependency.ended',
    taskId: null,
    ended: null,
    left: openDependencies(task).length,
    by,
  });
  startWaiting(draft);
  draft.effects.push({ type: 'news', urgent: true });
  return stepOf(draft);
}

/** Somebody's task waits for this one. @returns how it ended; null: it will be told. */
export function addDependent(
  task: TaskRecord,
  dependent: TaskId,
  nowMs: number,
): { ended: DependencyEnd | null; step: TaskStep } {
  const draft = draftOf(task, nowMs);
  if (task.deleted === true) return { ended: 'gone', step: stepOf(draft) };
  const { state } = task.view;
  if (isTerminal(state)) return { ended: state, step: stepOf(draft) };
  const known = task.dependents ?? [];
  if (known.includes(dependent)) return { ended: null, step: stepOf(draft) };
  if (known.length >= MAX_DEPENDENTS) {
    throw new Error(
      `${MAX_DEPENDENTS} tasks wait for task ${task.view.id} already; ask again when it has ended.`,
    );
  }
  change(draft, { dependents: [...known, dependent] });
  return { ended: null, step: stepOf(draft) };
}

function followFailure(draft: TaskDraft, taskId: TaskId, ended: DependencyEnd): void {
  const { ifFailed = 'fail' } = draft.task.view;
  switch (ifFailed) {
    case 'start':
      draft.effects.push({ type: 'news', urgent: false });
      return;
    case 'hold':
      if (draft.task.view.held !== true) hold(draft, 'Signalbox');
      return;
    case 'fail':
      fail(draft, {
        kind: 'dependency',
        message: `Task ${taskId}, which had to be completed first, is ${ended}.`,
        remedy: 'Have that work done, then say `retry`: the new task waits for no other.',
        retryAt: null,
      });
      return;
  }
}

/** From here on the task waits for a runner, and its time in the queue begins. */
function startWaiting(draft: TaskDraft): void {
  if (draft.task.view.state !== 'pending' || isBlocked(draft.task)) return;
  changeView(draft, { stateSince: draft.nowMs });
}
