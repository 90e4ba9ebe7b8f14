import type { Checkpoint, CheckpointHeader } from '../../protocol/checkpoint.ts';
import type { RunnerId } from '../../protocol/ids.ts';
import type { Refused } from '../contracts.ts';
import type { TaskRecord } from './session-record.ts';

export type CheckpointOffer = { runnerId: RunnerId; header: CheckpointHeader };

export type CheckpointVerdict =
  | { status: 'granted' }
  /** The same or a newer one of this attempt is there. */
  | { status: 'known'; checkpoint: Checkpoint }
  | Refused;

/**
 * Decides whether a checkpoint may become the session's. Only the attempt that worked last may say how things stand:
 * a runner whose lease is over, or whose task another task has followed, would put the session back.
 */
export function judgeCheckpoint(
  tasks: Iterable<TaskRecord>,
  task: TaskRecord,
  offer: CheckpointOffer,
  stored: Checkpoint | null,
): CheckpointVerdict {
  const { header, runnerId } = offer;
  const fenced = judgeHolder(task, header.epoch, runnerId);
  if (fenced !== null) return fenced;
  for (const other of tasks) {
    if (other.view.number !== task.view.number && (other.assignedAt ?? 0) > (task.assignedAt ?? 0)) {
      return refusedFenced(`Task ${other.view.number} of this session was begun after this one.`);
    }
  }
  if (stored === null) return { status: 'granted' };
  const isSameAttempt = stored.taskId === task.view.id && stored.epoch === header.epoch;
  return isSameAttempt && stored.ordinal >= header.ordinal
    ? { status: 'known', checkpoint: stored }
    : { status: 'granted' };
}

/** Null when this runner holds the task under this epoch, or held it last. */
export function judgeHolder(task: TaskRecord, epoch: number, runnerId: RunnerId): Refused | null {
  const { view, attempts } = task;
  const last = attempts?.findLast((attempt) => attempt.epoch === view.epoch);
  const holder = view.runnerId ?? last?.runnerId;
  if (epoch === view.epoch && holder === runnerId) return null;
  return refusedFenced(`Epoch ${epoch} of this task is not the current one (${view.epoch}).`);
}

function refusedFenced(message: string): Refused {
  const remedy = 'Keep the work on this machine; another attempt has the session.';
  return { status: 'refused', code: 'fenced', message, remedy };
}
