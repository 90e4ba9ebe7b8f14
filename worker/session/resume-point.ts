import type { Checkpoint, ResumePoint } from '../../protocol/checkpoint.ts';
import type { Job } from '../../protocol/job.ts';
import type { MessageRecord, TaskRecord } from './session-record.ts';

/** Together they must leave room for the prompt they are told with. */
const MAX_DELIVERED_CHARS = 128_000;

/** The attempt that worked in the session last, before a task is queued. */
export function previousAttempt(tasks: Iterable<TaskRecord>): Job['previousAttempt'] {
  const last = lastAssigned(tasks);
  return last === null ? null : { taskNumber: last.view.number, epoch: last.view.epoch };
}

/** A task whose work was rejected, when nobody worked after it and no runner has said that it put the folder back. */
export function taskToDiscard(tasks: Iterable<TaskRecord>): number | null {
  const last = lastAssigned(tasks);
  return last?.view.state === 'rejected' && last.reverted !== true ? last.view.number : null;
}

function lastAssigned(tasks: Iterable<TaskRecord>): TaskRecord | null {
  let last: TaskRecord | null = null;
  for (const task of tasks) {
    if (task.assignedAt === undefined) continue;
    if (last === null || task.assignedAt > (last.assignedAt ?? 0)) last = task;
  }
  return last;
}

/** What a runner must know that goes on with a task after somebody else. */
export function resumePoint(
  tasks: ReadonlyMap<number, TaskRecord>,
  task: TaskRecord,
  messages: readonly MessageRecord[],
  checkpoint: Checkpoint | null,
  begun: boolean,
): ResumePoint {
  return {
    checkpoint,
    begun,
    lastRunnerName: lastRunnerName(tasks, task),
    delivered: deliveredTo(task, messages),
    ...(task.view.automation === undefined ? {} : { waits: task.view.automation.wants }),
    spent: {
      turns: task.progress.turns,
      usage: task.view.usage,
      iterations: task.view.automation?.iterations ?? 0,
    },
  };
}

function lastRunnerName(tasks: ReadonlyMap<number, TaskRecord>, task: TaskRecord): string | null {
  const earlier = task.attempts?.findLast(({ epoch }) => epoch < task.view.epoch);
  if (earlier !== undefined) return earlier.runnerName;
  const before = [...tasks.values()]
    .filter(({ view, assignedAt }) => view.number !== task.view.number && assignedAt !== undefined)
    .sort((a, b) => (a.assignedAt ?? 0) - (b.assignedAt ?? 0));
  return before.at(-1)?.view.runnerName ?? null;
}

/** Messages that Claude had in an earlier attempt, besides those that are the request. The latest count. */
function deliveredTo(task: TaskRecord, messages: readonly MessageRecord[]): ResumePoint['delivered'] {
  const delivered: ResumePoint['delivered'] = [];
  let room = MAX_DELIVERED_CHARS;
  for (const { view, taskNumber } of messages.toReversed()) {
    const counts = taskNumber === task.view.number && view.direction === 'in' && view.status === 'delivered';
    if (!counts || task.requestMessageIds.includes(view.id)) continue;
    room -= view.content.length;
    if (room < 0) break;
    delivered.unshift({ messageId: view.id, author: view.author, text: view.content });
  }
  return delivered;
}
