import type { JobCommand } from '../../protocol/job.ts';
import { moveTask } from '../../protocol/task-state.ts';
import type { Refused } from '../contracts.ts';
import { refuseAttachedTask } from './attached/refuse-attached.ts';
import type { EndRequest, TaskRecord } from './session-record.ts';
import { change, draftOf, move, stepOf, type TaskStep } from './task-draft.ts';

/**
 * Somebody wants a task to end. One that no runner has ends at once; else its runner is told, and keeps the work
 * before it answers. Asking again for the same changes nothing; `cancel` after `stop` is a new order.
 */
export function askToEnd(task: TaskRecord, request: EndRequest, nowMs: number): TaskStep | Refused {
  const refused = refuseAttachedTask(task);
  if (refused !== null) return refused;
  const verdict = moveTask(task.view.state, request.how);
  if (verdict.status === 'refused') {
    return {
      status: 'refused',
      code: 'not_allowed',
      message: verdict.message,
      remedy:
        verdict.reason === 'terminal'
          ? 'There is nothing to end. Start a new task instead.'
          : 'Its work is being published; wait for the pull request and close it if you do not want it.',
    };
  }
  if (task.view.state === 'pending') return endNow(task, request, nowMs);
  const draft = draftOf(task, nowMs);
  if (task.endRequest?.how === request.how) return stepOf(draft);
  change(draft, { endRequest: request });
  draft.effects.push({ type: 'command', command: orderOf(request) });
  return stepOf(draft);
}

/**
 * Ends a task without its runner: it has none, or it did not answer in time. One whose work was approved meanwhile
 * is let go on.
 */
export function endNow(task: TaskRecord, request: EndRequest, nowMs: number): TaskStep {
  const draft = draftOf(task, nowMs);
  const reason = describeEnd(request);
  draft.effects.push({ type: 'withdraw', reason });
  if (move(draft, request.how, reason)) return stepOf(draft);
  const letGo = draftOf(task, nowMs);
  change(letGo, { endRequest: null });
  return stepOf(letGo);
}

function orderOf(request: EndRequest): JobCommand {
  const { how, by, reason } = request;
  if (how !== 'reject') return { type: how, reason: describeEnd(request) };
  return { type: 'reject', by, reason, again: false, messageId: null };
}

const ENDED = { cancel: 'Cancelled', stop: 'Stopped', reject: 'Rejected' } as const;

export function describeEnd({ how, by, reason }: EndRequest): string {
  const what = ENDED[how];
  return reason === null ? `${what} by ${by}.` : `${what} by ${by}: ${reason}`;
}
