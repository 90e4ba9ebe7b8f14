import type { Failure } from '../../protocol/outcome.ts';
import { MAX_RECOVERIES, planRecovery, type Recovery } from '../../protocol/recovery.ts';
import { backToQueue } from './requeue-job.ts';
import type { TaskRecord } from './session-record.ts';
import { change, changeView, draftOf, endWait, stepOf, type TaskDraft, type TaskStep } from './task-draft.ts';

/** When a task that waits for its next try is due (ms since 1970). Null: it does not wait for one. */
export function recoversAt({ view }: TaskRecord): number | null {
  return view.state === 'pending' && view.held !== true ? (view.recovery?.at ?? null) : null;
}

/**
 * A job failed. Where that may pass by itself the task goes back to the queue, for a later time; it keeps no runner's
 * place meanwhile.
 *
 * @returns false when it is not tried again; then nothing changed.
 */
export function recoverTask(draft: TaskDraft, failure: Failure): boolean {
  const { endRequest, pushed, view } = draft.task;
  // Somebody wants it to end, or there is nothing left to do again.
  if (endRequest !== null || pushed) return false;
  const made = view.recovery?.attempt ?? 0;
  const plan = planRecovery(failure, made, draft.nowMs, spreadOf(`${view.id} ${made}`));
  if (plan.type === 'give_up') return false;
  const { attempt, atMs } = plan;
  const { kind, message } = failure;
  const reason = `${message} Attempt ${attempt} of ${MAX_RECOVERIES} follows by itself.`;
  const end = backToQueue(draft, reason);
  if (end === 'refused') return false;
  // What somebody holds begins when he lets it go.
  const at = end === 'held' ? null : atMs;
  const recovery: Recovery = { attempt, maxAttempts: MAX_RECOVERIES, kind, message, at };
  changeView(draft, { recovery });
  draft.events.push({ type: 'task.recovering', failure, recovery });
  draft.effects.push({ type: 'news', urgent: false });
  return true;
}

/** What people read when the last attempt failed too. */
export function describeGivenUp({ view }: TaskRecord, failure: Failure): Failure {
  const made = view.recovery?.attempt ?? 0;
  if (made === 0) return failure;
  const times = made === 1 ? 'once' : `${made} times`;
  const message = `${failure.message.slice(0, MAX_MESSAGE_CHARS)} (It was tried again ${times}.)`;
  return { ...failure, message };
}

/** A failure's message has 2,000 characters; this leaves room for how often it was tried. */
const MAX_MESSAGE_CHARS = 1_950;

/** The wait is over, or somebody does not want to wait: the job is handed to the Fleet. Null: the task does not wait. */
export function tryNow(task: TaskRecord, nowMs: number): TaskStep | null {
  if (recoversAt(task) === null) return null;
  const draft = draftOf(task, nowMs);
  beginAttempt(draft);
  return stepOf(draft);
}

/** Its time in the queue counts from now on. */
function beginAttempt(draft: TaskDraft): void {
  change(draft, { queueChecks: 0 });
  changeView(draft, { stateSince: draft.nowMs });
  endWait(draft);
  draft.effects.push({ type: 'enqueue' }, { type: 'news', urgent: false });
}

/** In [0, 1), the same each time: jitter that a pure function can make (FNV-1a). */
function spreadOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash / 2 ** 32;
}
