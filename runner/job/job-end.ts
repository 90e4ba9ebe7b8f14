import type { Failure, FailureKind, JobOutcome } from '../../protocol/outcome.ts';
import type { StopReason } from './job-stop.ts';

/** How a job ends, before its work is rescued. `fenced`: without a word. */
export type JobEnd =
  | Extract<JobOutcome, { type: 'published' | 'kept' | 'unchanged' }>
  | { type: 'failed'; failure: Failure }
  | { type: 'cancelled' | 'stopped'; commandId: number }
  | { type: 'exhausted'; limit: Extract<JobOutcome, { type: 'exhausted' }>['limit'] }
  | { type: 'interrupted'; reason: string }
  | { type: 'fenced' };

export function failed(kind: FailureKind, message: string, remedy: string): JobEnd {
  return {
    type: 'failed',
    failure: { kind, message: message.slice(0, 2_000), remedy: remedy.slice(0, 2_000), retryAt: null },
  };
}

/** What a reason to stop makes of the job. */
export function endOfStop(reason: StopReason): JobEnd {
  switch (reason.type) {
    case 'cancelled':
    case 'stopped':
      return { type: reason.type, commandId: reason.commandId };
    case 'drained':
      return { type: 'interrupted', reason: reason.text };
    case 'disk_full':
      return failed(
        'internal',
        `The runner's disk is full: ${reason.text}`,
        'Free space on the runner (`signalbox-runner doctor` shows how much there is), then run the task again.',
      );
    case 'fenced':
      return { type: 'fenced' };
  }
}

/** Whether what lies in the workspace is kept under a ref: nowhere else does it survive the next task. */
export function needsRescue(end: JobEnd): boolean {
  switch (end.type) {
    case 'published':
    case 'kept':
    case 'unchanged':
      return false;
    default:
      return true;
  }
}

/** The job's last event. Null when nothing may be said. */
export function outcomeOf(end: JobEnd, rescueRef: string | null): JobOutcome | null {
  switch (end.type) {
    case 'published':
    case 'kept':
    case 'unchanged':
      return end;
    case 'failed':
      return { type: 'failed', failure: end.failure, rescueRef };
    case 'cancelled':
    case 'stopped':
      return { type: end.type, rescueRef };
    case 'exhausted':
      return { type: 'exhausted', limit: end.limit, rescueRef };
    case 'interrupted':
      return { type: 'interrupted', reason: end.reason.slice(0, 500), rescueRef };
    case 'fenced':
      return null;
  }
}
