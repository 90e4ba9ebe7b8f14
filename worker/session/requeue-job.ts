import { endInstead } from './end-instead.ts';
import { hold, isPaused } from './hold-task.ts';
import { change, changeView, fail, move, type TaskDraft } from './task-draft.ts';

/** More often than this the job itself is what brings its runners down. */
const MAX_REQUEUES = 5;

/** The job was lost or given back: it goes to the queue; what it has done so far stays with its runner. */
export function requeueJob(draft: TaskDraft, reason: string): void {
  if (endInstead(draft)) return;
  const requeues = draft.task.requeues + 1;
  if (requeues > MAX_REQUEUES) {
    draft.effects.push({ type: 'withdraw', reason: 'It was lost too often.' });
    fail(draft, {
      kind: 'lost',
      message: `The job was lost ${requeues} times; the last time: ${reason}`,
      remedy: "Look at the runner's log and its memory, then start the task again with `retry`.",
      retryAt: null,
    });
    return;
  }
  const end = backToQueue(draft, reason);
  if (end === 'refused') return;
  change(draft, { requeues });
  if (end === 'queued') draft.effects.push({ type: 'enqueue' });
}

/**
 * Makes a task one that no runner has. The caller has it enqueued, at once or later.
 *
 * @returns `held` where somebody had paused it: nobody is to go on with that. `refused`: its state does not allow it.
 */
export function backToQueue(draft: TaskDraft, reason: string): 'queued' | 'held' | 'refused' {
  const paused = isPaused(draft.task);
  if (!move(draft, 'requeue', reason)) return 'refused';
  change(draft, { jobFinished: false, queue: null, queueChecks: 0, approvedTree: null });
  changeView(draft, { runnerId: null, runnerName: null });
  draft.effects.push({ type: 'drop_orders' });
  if (paused) hold(draft, 'Signalbox');
  return paused ? 'held' : 'queued';
}
