import type { Attachment } from '../../protocol/attachments.ts';
import type { TaskRequest } from '../contracts.ts';
import { isBlocked } from './dependencies.ts';
import { type MessageRecord, newTaskRecord, type TaskRecord } from './session-record.ts';
import { currentTask, type SessionUnit } from './session-unit.ts';
import { watchPut } from './session-writes.ts';
import { change, draftOf, stepOf } from './task-draft.ts';

/**
 * Adds a task to the session; it is handed to the Fleet when none of the session is before it.
 *
 * @param messages what the request is made of, where it is stored already; else it becomes a message of its own.
 */
export function addTask(
  unit: SessionUnit,
  request: TaskRequest,
  origin: TaskRecord['origin'],
  messages: readonly MessageRecord[] | null,
): TaskRecord {
  const number = nextTaskNumber(unit);
  const ids = messages?.map((message) => message.view.id) ?? [unit.deps.newId()];
  const task = newTaskRecord(unit.session, number, request, origin, ids, unit.nowMs);
  const { view } = task;
  unit.stage(task);
  unit.deps.store.addTrigger(request.triggerId, { taskNumber: number, messageId: null });
  unit.logControl(view.id, {
    type: 'task.created',
    number,
    request: request.request,
    requester: request.requester.login,
    source: request.source,
    ...imagesOf(request),
  });
  if (view.after !== undefined) {
    const tasks = view.after.map(({ taskId }) => taskId);
    unit.logControl(view.id, { type: 'task.waits_for', tasks, ifFailed: view.ifFailed ?? 'fail' });
    unit.put(watchPut(number));
  }
  if (messages === null) {
    unit.writeMessage(incomingMessage(ids[0] ?? unit.deps.newId(), request, task, unit.nowMs));
  } else {
    for (const message of messages) {
      const moved = { ...message.view, taskId: view.id };
      unit.writeMessage({ ...message, view: moved, taskNumber: number });
    }
  }
  const draft = draftOf(task, unit.nowMs);
  draft.effects.push({ type: 'news', urgent: true });
  unit.apply(stepOf(draft));
  startNextTask(unit);
  return unit.task(number);
}

/** Hands the next waiting task to the Fleet when no other of the session is with it and the session is not paused. */
export function startNextTask(unit: SessionUnit): void {
  const { state = 'open' } = unit.session;
  if (state !== 'open') return;
  const next = currentTask(unit.tasks);
  if (next === null || next.active || isBlocked(next)) return;
  const draft = draftOf(next, unit.nowMs);
  change(draft, { active: true, queueChecks: 0 });
  draft.effects.push({ type: 'enqueue' });
  unit.apply(stepOf(draft));
}

export function incomingMessage(
  id: string,
  request: TaskRequest,
  task: TaskRecord,
  nowMs: number,
): MessageRecord {
  return {
    view: {
      id,
      taskId: task.view.id,
      direction: 'in',
      source: request.source,
      author: request.requester.login,
      content: request.request,
      status: 'queued',
      ...imagesOf(request),
      createdAt: nowMs,
    },
    taskNumber: task.view.number,
    asked: { requester: request.requester, options: request.options },
    trigger: request.triggerId,
  };
}

/** What came with a request or a message, where something did. */
export function imagesOf({ attachments }: Pick<TaskRequest, 'attachments'>): { attachments?: Attachment[] } {
  return attachments === undefined ? {} : { attachments };
}

/** Numbers of a session that was erased are not given again: its tasks' names lie in other places. */
export function nextTaskNumber({ deps, tasks }: SessionUnit): number {
  return Math.max(deps.store.erased()?.lastTask ?? 0, ...tasks.keys()) + 1;
}
