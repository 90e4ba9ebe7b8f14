import { describeEnd } from './end-task.ts';
import { move, type TaskDraft } from './task-draft.ts';

/**
 * A runner is lost that was told to put rejected work back. The work is not done again: whoever gets the session's
 * next job puts the folder back. @returns whether the task is over by that
 */
export function rejectInstead(draft: TaskDraft): boolean {
  const { endRequest } = draft.task;
  if (endRequest?.how !== 'reject') return false;
  const reason = describeEnd(endRequest);
  if (!move(draft, 'reject', reason)) return false;
  draft.effects.push({ type: 'withdraw', reason });
  return true;
}
