import { describeEnd } from './end-task.ts';
import { move, type TaskDraft } from './task-draft.ts';

/**
 * A runner is lost that was told to end the task. Nobody begins anew what somebody wants ended; whoever gets the
 * session's next job finds the work, and puts the folder back where it was rejected. @returns whether the task is over
 * by that
 */
export function endInstead(draft: TaskDraft): boolean {
  const { endRequest } = draft.task;
  if (endRequest === null) return false;
  const reason = describeEnd(endRequest);
  if (!move(draft, endRequest.how, reason)) return false;
  draft.effects.push({ type: 'withdraw', reason });
  return true;
}
