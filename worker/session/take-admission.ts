import type { Failure } from '../../protocol/outcome.ts';
import type { AdmissionAsk } from '../account/budgets/admission.ts';
import { payersOf } from './note-spend.ts';
import type { SessionRecord, TaskRecord } from './session-record.ts';
import { draftOf, fail, stepOf, type TaskStep } from './task-draft.ts';

/** `atUsd`: what the task had cost when it was let in. `leftUsd`: what it may cost from there; null without a budget. */
export type Admitted = { atUsd: number; leftUsd: number | null };

/**
 * What to ask the account before the job goes to the Fleet. While it waits for its first runner it is asked about again,
 * for others may spend the budget meanwhile. Null: a job that was lost and is queued again has its admission.
 */
export function admissionAskOf(session: SessionRecord, task: TaskRecord): AdmissionAsk | null {
  if (isAdmitted(task) && task.view.epoch > 0) return null;
  return { ...payersOf(session, task), taskId: task.view.id };
}

export function isAdmitted({ admission }: TaskRecord): boolean {
  return admission !== null && admission !== undefined;
}

/** The account lets the task not begin. Comes too late when it has ended or a runner has it. */
export function takeRefusal(task: TaskRecord, failure: Failure, nowMs: number): TaskStep {
  const draft = draftOf(task, nowMs);
  if (task.view.state !== 'pending' || task.view.runnerId !== null) return stepOf(draft);
  if (isAdmitted(task)) draft.effects.push({ type: 'withdraw', reason: failure.message });
  fail(draft, failure);
  return stepOf(draft);
}
