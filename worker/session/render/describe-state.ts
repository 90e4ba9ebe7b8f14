import type { CheckConclusion } from '../../github-write.ts';
import { isBlocked } from '../dependencies.ts';
import { recoversAt } from '../recover-task.ts';
import type { TaskRecord } from '../session-record.ts';

/** How a task stands, in words for a heading. */
export function describeState(task: TaskRecord): string {
  const { view } = task;
  switch (view.state) {
    case 'pending':
      if (view.held === true) return 'Held until somebody starts it';
      if (isBlocked(task)) return 'Waiting for other tasks';
      if (recoversAt(task) !== null) return 'Waiting to try again';
      return task.requeues > 0 ? 'Waiting for a runner again' : 'Queued';
    case 'pre_flight':
      return 'Starting';
    case 'running':
      return 'Working';
    case 'waiting_input':
      return view.automation?.wants?.kind === 'chat'
        ? 'Waiting for your next message'
        : 'Waiting for an answer';
    case 'paused':
      return 'Paused';
    case 'waiting_qa':
    case 'qa_running':
      return 'Checking the work';
    case 'qa_failed':
      return 'The checks failed';
    case 'waiting_approval':
      return 'Waiting for approval';
    case 'approved':
      return task.pushed ? 'Opening the pull request' : 'Publishing';
    case 'completed':
      return isUnchanged(task) ? 'Done, nothing had to be changed' : 'Done';
    case 'rejected':
      return 'Rejected';
    case 'failed':
      return 'Failed';
    case 'cancelled':
      return 'Cancelled';
    case 'stopped':
      return 'Stopped';
    case 'exhausted':
      return 'Ran out of its budget';
  }
}

/** Null while the task lives. */
export function conclusionOf(task: TaskRecord): CheckConclusion | null {
  switch (task.view.state) {
    case 'completed':
      return isUnchanged(task) ? 'neutral' : 'success';
    case 'rejected':
    case 'failed':
      return 'failure';
    case 'cancelled':
    case 'stopped':
      return 'cancelled';
    case 'exhausted':
      return 'timed_out';
    default:
      return null;
  }
}

function isUnchanged({ pushed, progress, sidesOnly }: TaskRecord): boolean {
  return !pushed && sidesOnly !== true && (progress.changes === null || progress.changes.files === 0);
}
