import type { Checkpoint } from '../../protocol/checkpoint.ts';
import { splitTaskId } from '../../protocol/ids.ts';
import type { Job } from '../../protocol/job.ts';
import type { Lineage } from '../workspace/workspace-types.ts';

type Attempt = NonNullable<Job['previousAttempt']>;

/**
 * The attempt whose folder would be the newest state of the session; null for a session that begins. A job that was
 * given away again is no older than its last epoch, whatever was known when it was queued.
 */
export function lastAttempt(
  { previousAttempt, queuedEpoch, taskNumber }: Pick<Job, 'previousAttempt' | 'queuedEpoch' | 'taskNumber'>,
  epoch: number,
): Attempt | null {
  return epoch === queuedEpoch + 1 ? previousAttempt : { taskNumber, epoch: epoch - 1 };
}

/** Whether nobody else can have worked in the session since this folder was used: then nothing has to be asked. */
export function isNewestHere(last: Attempt | null, lineage: Lineage): boolean {
  return last === null || isSame(last, lineage?.lastAttempt ?? null);
}

export type Start =
  /** With what this machine has, be it nothing. */
  | 'here'
  /** The stored state takes its place. */
  | 'checkpoint';

/** What to go on from, when somebody else may have worked in the session since. */
export function chooseStart(checkpoint: Checkpoint | null, lineage: Lineage): Start {
  if (checkpoint === null) return 'here';
  if (lineage === null) return 'checkpoint';
  const { taskNumber } = splitTaskId(checkpoint.taskId);
  const madeHere = isSame({ taskNumber, epoch: checkpoint.epoch }, lineage.lastAttempt);
  return madeHere || lineage.restoredFrom === checkpoint.id ? 'here' : 'checkpoint';
}

function isSame(a: Attempt, b: Attempt | null): boolean {
  return a.taskNumber === b?.taskNumber && a.epoch === b.epoch;
}
