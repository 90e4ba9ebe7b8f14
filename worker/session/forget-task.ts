import { isTerminal } from '../../protocol/task-state.ts';
import type { Refused, TaskResult } from '../contracts.ts';
import { isHeld } from './hold-task.ts';
import type { TaskRecord } from './session-record.ts';
import type { SessionUnit } from './session-unit.ts';
import { recordPut } from './session-writes.ts';
import { change, changeView, draftOf, move, stepOf } from './task-draft.ts';

/**
 * Deletes a task with its messages. Its number is not used again; what it cost stays with the session, and so does what
 * the next runner must know of the attempt. The numbered log is never changed: it goes with the session.
 */
export function forgetTask(unit: SessionUnit, task: TaskRecord, by: string): TaskResult {
  const { number } = task.view;
  if (!isTerminal(task.view.state) && !isHeld(task)) return notOver(task);
  if (isHeld(task)) {
    const draft = draftOf(task, unit.nowMs);
    move(draft, 'cancel', `Deleted by ${by}.`);
    unit.apply(stepOf(draft));
  }
  const { view } = unit.task(number);
  const draft = draftOf(unit.task(number), unit.nowMs);
  change(draft, { context: null, deleted: true, requestMessageIds: [], question: undefined });
  changeView(draft, {
    request: '',
    summary: null,
    failure: null,
    name: undefined,
    recovery: undefined,
    rescues: undefined,
  });
  unit.apply(stepOf(draft));
  const texts = unit.deps.store.forgetTask(number);
  const row = { sessionId: view.sessionId, taskId: view.id, number, texts };
  unit.put(recordPut(`forget:${number}`, { table: 'deleted_task', row }));
  return { status: 'ok', task: view };
}

function notOver({ view }: TaskRecord): Refused {
  return {
    status: 'refused',
    code: 'conflict',
    message: `Task ${view.number} is ${view.state}; only a task that is over can be deleted.`,
    remedy: 'End it with `cancel` first.',
  };
}
