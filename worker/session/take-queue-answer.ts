import type { QueueAnswer } from '../contracts.ts';
import { isSameQueue } from './queue-view.ts';
import type { TaskRecord } from './session-record.ts';
import { type Admitted, isAdmitted } from './take-admission.ts';
import { change, draftOf, fail, stepOf, type TaskStep } from './task-draft.ts';

/**
 * What the Fleet said about a queued job. Comes too late when a runner has it already.
 *
 * @param admitted what the account let it in with, as the job that went to the Fleet says it; null: it had been let in
 */
export function takeQueueAnswer(
  task: TaskRecord,
  answer: QueueAnswer,
  admitted: Admitted | null,
  nowMs: number,
): TaskStep {
  const draft = draftOf(task, nowMs);
  if (admitted !== null && !isAdmitted(task)) change(draft, { admission: admitted });
  if (task.view.state !== 'pending' || task.view.runnerId !== null) return stepOf(draft);
  if (answer.status === 'refused') {
    const { message, remedy } = answer;
    fail(draft, { kind: 'no_runner', message, remedy, retryAt: null });
    return stepOf(draft);
  }
  const { ahead, reason, estimate } = answer;
  const known = task.queue === null ? null : { ...task.queue, estimate: task.queue.estimate ?? null };
  if (isSameQueue(known, { ahead, reason, estimate })) return stepOf(draft);
  change(draft, { queue: { ahead, reason, estimate } });
  draft.events.push({ type: 'job.queued', ahead, reason, ...(estimate === null ? {} : { estimate }) });
  draft.effects.push({ type: 'news', urgent: false });
  return stepOf(draft);
}
