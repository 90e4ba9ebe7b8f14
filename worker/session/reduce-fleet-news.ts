import type { RunnerId } from '../../protocol/ids.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import { endInstead } from './end-instead.ts';
import { isPaused, pauseAgain } from './hold-task.ts';
import { requeueJob } from './requeue-job.ts';
import type { TaskRecord } from './session-record.ts';
import { awaitsSignature, isStaged } from './staged-commits.ts';
import {
  change,
  changeView,
  draftOf,
  endGitAccess,
  move,
  stepOf,
  type TaskDraft,
  type TaskStep,
} from './task-draft.ts';

/**
 * The Fleet (by a call, or by the ticket it signed) says which runner holds the job under which epoch. The highest
 * epoch counts; what is known already changes nothing. `name` is null when only the ticket is known.
 */
export function adoptEpoch(
  task: TaskRecord,
  epoch: number,
  runner: { id: RunnerId; name: string | null },
  nowMs: number,
): TaskStep {
  const draft = draftOf(task, nowMs);
  if (epoch < task.view.epoch || isTerminal(task.view.state)) return stepOf(draft);
  if (epoch > task.view.epoch) {
    endGitAccess(draft);
    if (endInstead(draft)) return stepOf(draft);
    const paused = isPaused(task);
    if (move(draft, 'requeue', 'Another attempt holds the lease.'))
      draft.effects.push({ type: 'drop_orders' });
    if (paused) pauseAgain(draft);
    changeView(draft, { epoch, runnerId: runner.id, runnerName: runner.name });
    change(draft, { jobFinished: false, queue: null, approvedTree: null, continues: null });
    noteAttempt(draft, epoch, runner.id);
    draft.effects.push({ type: 'news', urgent: false });
  }
  if (runner.name !== null && draft.task.assignedEpoch < epoch) {
    changeView(draft, { runnerName: runner.name });
    const attempts = draft.task.attempts?.map((attempt) =>
      attempt.epoch === epoch ? { ...attempt, runnerName: runner.name } : attempt,
    );
    change(draft, { assignedEpoch: epoch, ...(attempts === undefined ? {} : { attempts }) });
    draft.events.push({ type: 'job.assigned', epoch, runnerId: runner.id, runnerName: runner.name });
  }
  return stepOf(draft);
}

/** A job is given away a few times at most; older attempts are of no use to anybody. */
const MAX_ATTEMPTS = 10;

function noteAttempt(draft: TaskDraft, epoch: number, runnerId: RunnerId): void {
  const { attempts = [], assignedAt = 0 } = draft.task;
  change(draft, {
    attempts: [...attempts, { epoch, runnerId, runnerName: null }].slice(-MAX_ATTEMPTS),
    assignedAt: Math.max(draft.nowMs, assignedAt + 1),
  });
}

/** The runner that holds the current epoch opened its data socket. */
export function openJob(task: TaskRecord, nowMs: number): TaskStep {
  const draft = draftOf(task, nowMs);
  if (task.view.state === 'pending') move(draft, 'assign', null);
  return stepOf(draft);
}

/** The lease of an epoch was taken back. The Fleet has queued the job again. */
export function loseJob(task: TaskRecord, epoch: number, reason: string, nowMs: number): TaskStep {
  const draft = draftOf(task, nowMs);
  const late = epoch < task.view.epoch || epoch <= task.lostEpoch;
  if (late || isTerminal(task.view.state) || task.jobFinished) return stepOf(draft);
  change(draft, { lostEpoch: epoch });
  changeView(draft, { epoch });
  draft.events.push({ type: 'job.lost', epoch, reason });
  endGitAccess(draft);
  if (task.pushed || isStaged(task)) settlePublished(draft);
  else if (task.view.state === 'pending') {
    changeView(draft, { runnerId: null, runnerName: null });
    // A runner that declined says why; the Fleet is asked for more in a moment.
    change(draft, { queue: { ahead: null, reason } });
  } else requeueJob(draft, reason);
  draft.effects.push({ type: 'news', urgent: false });
  return stepOf(draft);
}

/** The work has left the machine, so there is nothing to do again. */
function settlePublished(draft: TaskDraft): void {
  draft.effects.push({ type: 'withdraw', reason: 'The work is published.' });
  if (awaitsSignature(draft.task)) {
    // No job goes on with it: GitHub's answer alone does.
    change(draft, { jobFinished: true });
    return;
  }
  if (!draft.task.pullRequestAsked) move(draft, 'complete', 'The work is pushed.');
}
