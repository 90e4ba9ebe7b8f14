import { isTerminal } from '../../../protocol/task-state.ts';
import type { Refused } from '../../contracts.ts';
import { refuseAttachedTask } from '../attached/refuse-attached.ts';
import type { TaskRecord } from '../session-record.ts';
import { change, draftOf, stepOf, type TaskStep } from '../task-draft.ts';
import { personCame, waitsForPerson } from './note-automation.ts';

/**
 * Somebody takes the work of a task that waits for a person as it is: the conversation ends, and the work goes through
 * its gates. The first one counts; the same once more changes nothing.
 */
export function finishTask(task: TaskRecord, by: string, nowMs: number): TaskStep | Refused {
  const refused = refuseAttachedTask(task) ?? refuseFinish(task, by);
  if (refused !== null) return refused;
  const draft = draftOf(task, nowMs);
  if (task.finishedBy === by) return stepOf(draft);
  change(draft, { finishedBy: by });
  personCame(draft, `${by} takes the work as it is.`);
  draft.effects.push({ type: 'command', command: { type: 'finish', by } });
  return stepOf(draft);
}

function refuseFinish(task: TaskRecord, by: string): Refused | null {
  const { view, finishedBy, endRequest } = task;
  if (finishedBy != null && !isTerminal(view.state)) {
    if (finishedBy === by) return null;
    return {
      status: 'refused',
      code: 'conflict',
      message: `${finishedBy} was first: the work is taken as it is.`,
      remedy: 'Nothing has to be done.',
    };
  }
  if (waitsForPerson(task) && endRequest === null) return null;
  return {
    status: 'refused',
    code: 'not_allowed',
    message: `Task ${view.number} is ${view.state}; it does not wait for a person after a turn of Claude.`,
    remedy:
      'Finish a chat while it waits for the next message. `stop` ends a task that works, and keeps its work.',
  };
}
