import type { Failure, FailureKind, JobOutcome } from '../../protocol/outcome.ts';
import { mayRecover } from '../../protocol/recovery.ts';
import type { StopReason } from './job-stop.ts';

/** How a job ends, before its work is rescued. `fenced`: without a word. */
export type JobEnd =
  | Extract<JobOutcome, { type: 'published' | 'kept' | 'unchanged' }>
  | { type: 'failed'; failure: Failure }
  | { type: 'cancelled' | 'stopped' | 'rejected'; commandId: number }
  | {
      type: 'exhausted';
      limit: Extract<JobOutcome, { type: 'exhausted' }>['limit'];
      /** What the end criteria missed when they were looked at last. */
      missing?: string | null;
    }
  | { type: 'interrupted'; reason: string }
  | { type: 'fenced' };

/** @param isTransient it may pass by itself, so that trying again makes sense. */
export function failed(kind: FailureKind, message: string, remedy: string, isTransient = false): JobEnd {
  const failure = { kind, message: message.slice(0, 2_000), remedy: remedy.slice(0, 2_000), retryAt: null };
  return { type: 'failed', failure: isTransient ? { ...failure, transient: true } : failure };
}

/** What a reason to stop makes of the job. */
export function endOfStop(reason: StopReason): JobEnd {
  switch (reason.type) {
    case 'cancelled':
    case 'stopped':
    case 'rejected':
      return { type: reason.type, commandId: reason.commandId };
    case 'drained':
      return { type: 'interrupted', reason: reason.text };
    case 'disk_full':
      return diskFull(reason.text);
    case 'fenced':
      return { type: 'fenced' };
  }
}

/** What an error that nobody expected makes of the job: a bug has a name too, so that nobody waits for it. */
export function endOfError(error: unknown): JobEnd {
  const what = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) {
    return diskFull(what);
  }
  return failed(
    'internal',
    `The runner met a bug: ${what}`,
    "Look at the runner's log, update the runner, and run the task again with `retry`.",
  );
}

function diskFull(what: string): JobEnd {
  return failed(
    'disk_full',
    `The runner's disk is full: ${what}`,
    'Free space on the runner (`signalbox-runner disk` shows what takes it), then run the task again.',
  );
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

/**
 * The job's last event. Null when nothing may be said.
 *
 * @param reverted whether the folder was put back to what it was before the task
 */
export function outcomeOf(end: JobEnd, rescueRef: string | null, reverted = false): JobOutcome | null {
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
    case 'rejected':
      return { type: 'rejected', reverted, rescueRef };
    case 'exhausted':
      return {
        type: 'exhausted',
        limit: end.limit,
        rescueRef,
        ...(end.missing == null ? {} : { missing: end.missing.slice(0, 2_000) }),
      };
    case 'interrupted':
      return { type: 'interrupted', reason: end.reason.slice(0, 500), rescueRef };
    case 'fenced':
      return null;
  }
}

/** The control plane may give the job to a runner again: then what is known of it here is worth keeping. */
export function comesBack(end: JobEnd, nowMs: number): boolean {
  return end.type === 'interrupted' || (end.type === 'failed' && mayRecover(end.failure, nowMs));
}

/**
 * `parked`: the job may come back; its folder stays. `shut_out`: parked, because its session refuses its events, which
 * the Fleet may not know. `refused`: it could not even be begun.
 */
export type RunEnd = 'reported' | 'parked' | 'shut_out' | 'refused';
