import { moveTask } from '../../protocol/task-state.ts';
import type { Refused } from '../contracts.ts';
import { refuseAttachedTask } from './attached/refuse-attached.ts';
import type { TaskRecord } from './session-record.ts';
import { change, changeView, draftOf, endWait, stepOf, type TaskDraft, type TaskStep } from './task-draft.ts';

/** A held task is one that no runner gets before somebody says so. */
export function isHeld({ view }: TaskRecord): boolean {
  return view.held === true;
}

/** Somebody wants a paused Claude, or to have it paused: what a job that is given away must not forget. */
export function isPaused({ view, pauseRequest }: TaskRecord): boolean {
  return view.state === 'paused' || (pauseRequest !== null && pauseRequest !== undefined);
}

/**
 * Somebody wants a task to pause. One that no runner has is held; else Claude is told, and the task is `paused` when it
 * holds. Asking again changes nothing.
 */
export function pauseTask(task: TaskRecord, by: string, nowMs: number): TaskStep | Refused {
  const refused = refuseAttachedTask(task);
  if (refused !== null) return refused;
  const draft = draftOf(task, nowMs);
  if (isHeld(task) || isPaused(task)) return stepOf(draft);
  switch (task.view.state) {
    case 'pending':
      hold(draft, by);
      return stepOf(draft);
    case 'pre_flight':
    case 'running':
      if (task.endRequest !== null) return ending(task);
      change(draft, { pauseRequest: { by } });
      draft.effects.push({ type: 'command', command: { type: 'pause', reason: `Paused by ${by}.` } });
      return stepOf(draft);
    default:
      return notNow(task, 'pause');
  }
}

/** Lets a paused task go on. Null: it is not paused. */
export function unpauseTask(task: TaskRecord, nowMs: number): TaskStep | null {
  if (!isPaused(task)) return null;
  const draft = draftOf(task, nowMs);
  change(draft, { pauseRequest: null });
  draft.effects.push({ type: 'command', command: { type: 'resume' } });
  return stepOf(draft);
}

/** Lets a held task go its way. Null: it is not held. */
export function releaseTask(task: TaskRecord, by: string, nowMs: number): TaskStep | null {
  if (!isHeld(task)) return null;
  const draft = draftOf(task, nowMs);
  changeView(draft, { held: undefined, stateSince: nowMs });
  draft.events.push({ type: 'task.held', held: false, by });
  draft.effects.push({ type: 'news', urgent: true });
  return stepOf(draft);
}

/** `start` of a task that nobody held is done already; of one that is over it is too late. */
export function startHeldTask(task: TaskRecord, by: string, nowMs: number): TaskStep | Refused {
  const released = releaseTask(task, by, nowMs);
  if (released !== null) return released;
  return task.view.endedAt === null ? stepOf(draftOf(task, nowMs)) : notNow(task, 'assign');
}

/** Takes a task that waits out of the queue, until somebody lets it go. */
export function hold(draft: TaskDraft, by: string): void {
  change(draft, { active: false, pauseRequest: null, queue: null });
  endWait(draft);
  changeView(draft, { held: true });
  draft.events.push({ type: 'task.held', held: true, by });
  draft.effects.push({ type: 'withdraw', reason: `Held by ${by}.` }, { type: 'news', urgent: true });
}

/** Whoever has the job now is to hold as the one before did. */
export function pauseAgain(draft: TaskDraft): void {
  const reason = 'It was paused before this runner had it.';
  change(draft, { pauseRequest: draft.task.pauseRequest ?? { by: 'Signalbox' } });
  draft.effects.push({ type: 'command', command: { type: 'pause', reason } });
}

function notNow({ view }: TaskRecord, input: 'pause' | 'assign'): Refused {
  const verdict = moveTask(view.state, input);
  return {
    status: 'refused',
    code: 'not_allowed',
    message: verdict.status === 'refused' ? verdict.message : `The task is ${view.state}.`,
    remedy:
      input === 'pause'
        ? 'Only a task that waits or works can pause; `stop` keeps its work for `resume`.'
        : 'Use `resume` for a stopped task, `retry` for one that is over.',
  };
}

function ending({ view }: TaskRecord): Refused {
  return {
    status: 'refused',
    code: 'conflict',
    message: `Task ${view.number} is about to end.`,
    remedy: 'Wait for its end, then use `resume` or `retry`.',
  };
}
