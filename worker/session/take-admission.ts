import type { Admission, AdmissionAsk } from '../account/budgets/admission.ts';
import { payersOf } from './note-spend.ts';
import type { SessionRecord, TaskRecord } from './session-record.ts';
import { change, draftOf, fail, stepOf, type TaskStep } from './task-draft.ts';

/** Asked once for each start of a task: a job that was lost and is queued again has its admission. */
export function hasAdmission({ admission }: TaskRecord): boolean {
  return admission !== null && admission !== undefined;
}

export function admissionAskOf(session: SessionRecord, task: TaskRecord): AdmissionAsk {
  return { ...payersOf(session, task), taskId: task.view.id };
}

/** What the account said about its budgets. Comes too late when the task has ended or a runner has it. */
export function takeAdmission(task: TaskRecord, answer: Admission, nowMs: number): TaskStep {
  const draft = draftOf(task, nowMs);
  if (task.view.state !== 'pending') return stepOf(draft);
  if (answer.status === 'refused') fail(draft, answer.failure);
  else change(draft, { admission: { atUsd: task.view.usage.costUsd, leftUsd: answer.leftUsd } });
  return stepOf(draft);
}
