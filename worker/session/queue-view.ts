import type { TaskQueue } from '../../protocol/task.ts';
import type { TaskRecord } from './session-record.ts';

/** A start that moved by less than this is no news: people read minutes. */
const START_TOLERANCE_MS = 60_000;

/** Where a task stands in its account's queue; undefined of one that does not wait there. */
export function queueViewOf({ view, active, queue }: TaskRecord): TaskQueue | undefined {
  if (view.state !== 'pending' || !active || queue === null) return undefined;
  const { ahead, reason, estimate = null } = queue;
  return { ahead, reason, estimate };
}

/** Whether both say the same to people. */
export function isSameQueue(a: TaskQueue | null | undefined, b: TaskQueue | null | undefined): boolean {
  if (a === null || a === undefined || b === null || b === undefined) return (a ?? null) === (b ?? null);
  return a.ahead === b.ahead && a.reason === b.reason && isSameEstimate(a.estimate, b.estimate);
}

function isSameEstimate(a: TaskQueue['estimate'], b: TaskQueue['estimate']): boolean {
  if (a === null || b === null) return a === b;
  if (a.startsAt === null || b.startsAt === null) return a.startsAt === b.startsAt;
  return Math.abs(a.startsAt - b.startsAt) < START_TOLERANCE_MS;
}
