import { MAX_RESCUES, type Rescue } from '../../protocol/task.ts';
import type { CheckpointAsk } from '../checkpoint/checkpoint-ask.ts';
import type { Refused } from '../contracts.ts';
import type { TaskRecord } from './session-record.ts';
import { changeView, draftOf, stepOf, type TaskDraft, type TaskStep } from './task-draft.ts';

type Report = Extract<CheckpointAsk, { type: 'rescued' }>;

/** Adds a place where work of the task is kept. The same place again moves to the end with what it holds now. */
export function addRescue(draft: TaskDraft, rescue: Rescue): void {
  const { rescues = [] } = draft.task.view;
  const others = rescues.filter(
    ({ ref, runnerName }) => ref !== rescue.ref || runnerName !== rescue.runnerName,
  );
  changeView(draft, { rescueRef: rescue.ref, rescues: [...others, rescue].slice(-MAX_RESCUES) });
}

/**
 * A runner whose lease is over says where it kept the work of its attempt. It can no longer write to the log, so this
 * is how a person learns of it. Counts whatever state the task is in; the task does not move.
 */
export function noteRescueReport(task: TaskRecord, report: Report, nowMs: number): TaskStep | Refused {
  const { epoch, runnerId, runnerName, ref, sha } = report;
  const attempt = task.attempts?.find((one) => one.epoch === epoch && one.runnerId === runnerId);
  if (attempt === undefined) {
    return {
      status: 'refused',
      code: 'not_allowed',
      message: `Attempt ${epoch} of this task was not with this runner.`,
      remedy: 'The work stays where it is; nothing has to be done.',
    };
  }
  const draft = draftOf(task, nowMs);
  if (task.view.rescues?.some((one) => one.sha === sha && one.epoch === epoch)) return stepOf(draft);
  addRescue(draft, { ref, sha, epoch, runnerName, at: nowMs });
  draft.events.push({ type: 'rescue.reported', epoch, runnerName, ref, sha });
  draft.effects.push({ type: 'news', urgent: false });
  return stepOf(draft);
}
