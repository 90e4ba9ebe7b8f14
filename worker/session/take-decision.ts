import type { MessageSource } from '../../protocol/task.ts';
import type { TaskResult } from '../contracts.ts';
import { refuseAttachedTask } from './attached/refuse-attached.ts';
import { type Answer, decideTask } from './decide-task.ts';
import { refuseUnknown } from './refuse-unknown.ts';
import type { SessionCore } from './session-core.ts';
import type { TaskRecord } from './session-record.ts';
import type { SessionUnit } from './session-unit.ts';
import { findTask } from './take-order.ts';

/** What Claude is told where somebody has it try again and gives no reason. */
const NO_REASON = 'No reason was given.';

/** @param taskNumber null: the task that waits for an answer, else the last one */
export function takeDecision(
  core: SessionCore,
  taskNumber: number | null,
  answer: Answer,
  source: MessageSource,
): TaskResult {
  const task = taskNumber === null ? waitingTask(core) : findTask(core, taskNumber);
  if (task === null) return refuseUnknown('task');
  const refused = refuseAttachedTask(task);
  if (refused !== null) return refused;
  return core.change((unit) => {
    const messageId = unit.deps.newId();
    const step = decideTask(task, answer, messageId, unit.nowMs);
    if ('status' in step) return step;
    if (answer.verdict === 'rework') writeReason(unit, task, messageId, answer, source);
    unit.apply(step);
    return { status: 'ok', task: unit.task(task.view.number).view };
  });
}

function waitingTask(core: SessionCore): TaskRecord | null {
  let last: TaskRecord | null = null;
  for (const task of core.memory.tasks.values()) {
    if (task.deleted === true) continue;
    if (task.view.state === 'waiting_approval' || task.view.state === 'qa_failed') return task;
    if (last === null || task.view.number > last.view.number) last = task;
  }
  return last;
}

/** The reason is a message to Claude: it is shown with the others, and a runner on another machine is told of it. */
function writeReason(
  unit: SessionUnit,
  { view }: TaskRecord,
  id: string,
  { by, reason }: Answer,
  source: MessageSource,
): void {
  unit.writeMessage({
    view: {
      id,
      taskId: view.id,
      direction: 'in',
      source,
      author: by,
      content: reason ?? NO_REASON,
      status: 'queued',
      createdAt: unit.nowMs,
    },
    taskNumber: view.number,
    // Left over, it is about work that nobody goes on with: no task is made of it.
    asked: null,
  });
}
