import { isTerminal } from '../../protocol/task-state.ts';
import { endNow } from './end-task.ts';
import type { TaskRecord } from './session-record.ts';
import { change, draftOf, fail, stepOf, type TaskDraft, type TaskStep } from './task-draft.ts';

/** A runner that is asked to end a job needs a grace for Claude, one for its commands, and a rescue commit. */
export const END_GRACE_MS = 30_000;

/** The Fleet is asked again why a job waits: soon after it was queued, later less often. */
const QUEUE_CHECK_MS = [5_000, 30_000, 60_000] as const;
const QUEUE_CHECK_LATER_MS = 5 * 60_000;

/** Runners of a team may be off over a weekend. */
const QUEUE_LIMIT_MS = 3 * 24 * 60 * 60_000;

/** What a runner needs beyond the task's own time: fetching, starting, gates, pushing. */
const LEASED_SLACK_MS = 20 * 60_000;

/** GitHub answers in seconds; its queue is worked off within minutes even at the limit of its rate. */
const PUBLISH_LIMIT_MS = 10 * 60_000;

/**
 * When somebody must look at this task if nothing happens before (ms since 1970). Null when it is over, when it
 * waits its turn behind another, or when a person must act.
 */
export function deadlineOf(task: TaskRecord): number | null {
  const { state, stateSince, startedAt, options } = task.view;
  if (isTerminal(state)) return null;
  if (task.endRequest !== null) return task.endRequest.atMs + END_GRACE_MS;
  switch (state) {
    case 'pending':
      if (!task.active) return null;
      return task.enqueuedAt + (QUEUE_CHECK_MS[task.queueChecks] ?? QUEUE_CHECK_LATER_MS);
    case 'pre_flight':
    case 'running':
    case 'waiting_qa':
    case 'qa_running':
      return (startedAt ?? stateSince) + options.maxMinutes * 60_000 + LEASED_SLACK_MS;
    case 'approved':
      return stateSince + PUBLISH_LIMIT_MS;
    default:
      return null;
  }
}

/** Decides what follows when the time of `deadlineOf` has come. */
export function meetDeadline(task: TaskRecord, nowMs: number): TaskStep {
  const draft = draftOf(task, nowMs);
  if (deadlineOf(task) === null) return stepOf(draft);
  if (task.endRequest !== null) return endNow(task, task.endRequest, nowMs);
  if (task.view.state === 'pending') waitLonger(draft);
  else if (task.view.state === 'approved') failPublishing(draft);
  else failOverdue(draft);
  return stepOf(draft);
}

function waitLonger(draft: TaskDraft): void {
  const { view, queueChecks } = draft.task;
  if (draft.nowMs < view.stateSince + QUEUE_LIMIT_MS) {
    change(draft, { queueChecks: queueChecks + 1 });
    // The same request again: the Fleet keeps the job where it is and says how things stand.
    draft.effects.push({ type: 'enqueue' });
    return;
  }
  draft.effects.push({ type: 'withdraw', reason: 'It waited too long.' });
  fail(draft, {
    kind: 'no_runner',
    message: 'No runner took the task within three days.',
    remedy: 'Start a runner that fits the task, then start the task again with `retry`.',
    retryAt: null,
  });
}

function failOverdue(draft: TaskDraft): void {
  draft.effects.push({ type: 'withdraw', reason: 'It ran far beyond its time limit.' });
  fail(draft, {
    kind: 'lost',
    message: 'The runner did not end the task in its time limit and does not answer for it.',
    remedy: "Look at the runner's log and restart it, then start the task again with `retry`.",
    retryAt: null,
  });
}

function failPublishing(draft: TaskDraft): void {
  const { pushed, view } = draft.task;
  draft.effects.push({ type: 'withdraw', reason: 'Publishing took too long.' });
  fail(
    draft,
    pushed
      ? {
          kind: 'github_refused',
          message: `The work is on the branch ${view.branch ?? '(unknown)'}, but GitHub did not open a pull request within 10 minutes.`,
          remedy: 'Open the pull request from that branch by hand, or start the task again with `retry`.',
          retryAt: null,
        }
      : {
          kind: 'push_failed',
          message: 'The approved work was not pushed within 10 minutes.',
          remedy: "Look at the runner's log, then start the task again with `retry`.",
          retryAt: null,
        },
  );
}
