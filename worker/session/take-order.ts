import type { Person } from '../../protocol/task.ts';
import type { GivenTaskOptions } from '../../protocol/task-options.ts';
import type { Refused, TaskResult } from '../contracts.ts';
import { finishTask } from './automation/finish-task.ts';
import { waitNoMore } from './dependencies.ts';
import { askToEnd } from './end-task.ts';
import { forgetTask } from './forget-task.ts';
import { decideGates } from './gates/decide-gates.ts';
import { isHeld, pauseTask, startHeldTask } from './hold-task.ts';
import { refuseUnknown } from './refuse-unknown.ts';
import { renderCheckRun } from './render/render-check-run.ts';
import type { SessionCore } from './session-core.ts';
import type { TaskOrder } from './session-orders.ts';
import type { TaskRecord } from './session-record.ts';
import { currentTask } from './session-unit.ts';
import { githubPut } from './session-writes.ts';
import { startNextTask } from './start-task.ts';
import { repeatTask } from './take-request.ts';
import type { TaskStep } from './task-draft.ts';

/** Does what somebody wants of a task. */
export function takeOrder(core: SessionCore, taskNumber: number | null, order: TaskOrder): TaskResult {
  const task = taskNumber === null ? currentTask(core.memory.tasks) : findTask(core, taskNumber);
  if (task === null) return refuseUnknown('task');
  const { by } = order;
  const { number } = task.view;
  switch (order.type) {
    case 'start':
    case 'pause': {
      const step = order.type === 'start' ? startTask(task, by) : pauseTask(task, by, Date.now());
      if ('status' in step) return step;
      return core.change((unit) => {
        unit.apply(step);
        startNextTask(unit);
        return { status: 'ok', task: unit.task(number).view };
      });
    }
    case 'finish':
      return applyStep(core, number, finishTask(task, by, Date.now()));
    case 'retry_gates':
    case 'override_gates':
      return applyStep(core, number, decideGates(task, order, Date.now()));
    case 'check_again':
      return core.change((unit) => {
        const checkRun = renderCheckRun(unit.session, unit.task(number), unit.deps);
        if (checkRun !== null) unit.put(githubPut({ ...checkRun, again: order.request }));
        return { status: 'ok', task: unit.task(number).view };
      });
    case 'delete':
      return core.change((unit) => forgetTask(unit, task, by));
  }
}

function applyStep(core: SessionCore, number: number, step: TaskStep | Refused): TaskResult {
  if ('status' in step) return step;
  return core.change((unit) => {
    unit.apply(step);
    return { status: 'ok', task: unit.task(number).view };
  });
}

/** Of a task that is held, or else of one that waits for others. */
function startTask(task: TaskRecord, by: string): TaskStep | Refused {
  const nowMs = Date.now();
  const started = isHeld(task) ? null : waitNoMore(task, by, nowMs);
  return started ?? startHeldTask(task, by, nowMs);
}

/** @param taskNumber null: the task that is running or queued */
export function takeEnd(
  core: SessionCore,
  taskNumber: number | null,
  how: 'cancel' | 'stop',
  by: string,
  reason: string | null,
): TaskResult {
  const task = taskNumber === null ? currentTask(core.memory.tasks) : findTask(core, taskNumber);
  if (task === null) return refuseUnknown('task that waits or runs');
  const atMs = Date.now();
  const step = askToEnd(task, { how, by, reason, atMs }, atMs);
  if ('status' in step) return step;
  return core.change((unit) => {
    unit.apply(step);
    return { status: 'ok', task: unit.task(task.view.number).view };
  });
}

/** @param taskNumber null: the last task */
export function takeRepeat(
  core: SessionCore,
  taskNumber: number | null,
  how: 'retry' | 'resume',
  triggerId: string,
  by: Person,
  options: GivenTaskOptions = {},
): TaskResult {
  const task = findTask(core, taskNumber ?? Math.max(0, ...core.memory.tasks.keys()));
  if (task === null) return refuseUnknown('task');
  return core.change((unit) => repeatTask(unit, task, how, { triggerId, by, options }));
}

/** @returns null also for one that was deleted. */
export function findTask(core: SessionCore, taskNumber: number): TaskRecord | null {
  const task = core.memory.tasks.get(taskNumber);
  return task === undefined || task.deleted === true ? null : task;
}
