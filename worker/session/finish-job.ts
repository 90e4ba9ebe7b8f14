import type { Failure, JobOutcome } from '../../protocol/outcome.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import { noteMissing } from './automation/note-automation.ts';
import { describeEnd } from './end-task.ts';
import { describeGivenUp, recoverTask } from './recover-task.ts';
import { requeueJob } from './requeue-job.ts';
import { askToSign, awaitsSignature, liesOnGitHub } from './staged-commits.ts';
import {
  advance,
  askForPullRequest,
  change,
  changeView,
  endGitAccess,
  fail,
  move,
  type ReduceContext,
  type TaskDraft,
} from './task-draft.ts';

/**
 * Takes a job's last event. The lease ends in any case. A left-over end counts only when its work has left the
 * machine: then the attempt that runs now is called off; any other end is overtaken by that attempt.
 */
export function finishJob(draft: TaskDraft, outcome: JobOutcome, context: ReduceContext): void {
  if (context.leftOver) {
    if (outcome.type !== 'published' || isTerminal(draft.task.view.state)) return;
    if (outcome.draft === true && !liesOnGitHub(draft.task)) return;
    draft.effects.push({ type: 'withdraw', reason: 'An earlier attempt had already published the work.' });
    published(draft, outcome, context);
    return;
  }
  change(draft, { jobFinished: true });
  draft.effects.push({ type: 'release', epoch: draft.task.view.epoch });
  endGitAccess(draft);
  if ('rescueRef' in outcome && outcome.rescueRef !== null) {
    changeView(draft, { rescueRef: outcome.rescueRef });
  }
  if (isTerminal(draft.task.view.state)) return;
  settle(draft, outcome, context);
  const { state } = draft.task.view;
  if (!isTerminal(state) && state !== 'approved' && state !== 'pending') failUnsettled(draft, outcome);
}

/** No job, no progress: a task whose job ended in a way that does not fit it must not wait for ever. */
function failUnsettled(draft: TaskDraft, outcome: JobOutcome): void {
  fail(draft, {
    kind: 'internal',
    message: `The runner ended the job ("${outcome.type}") while the task was ${draft.task.view.state}.`,
    remedy: "Look at the task's log, then start it again with `retry`.",
    retryAt: null,
  });
}

function settle(draft: TaskDraft, outcome: JobOutcome, context: ReduceContext): void {
  switch (outcome.type) {
    case 'published':
      published(draft, outcome, context);
      return;
    case 'kept':
      if (outcome.branch !== null) changeView(draft, { branch: outcome.branch });
      if (mayLeave(draft)) complete(draft, 'The work is kept on the runner.');
      return;
    case 'unchanged':
      if (advance(draft, 'waiting_qa', null)) move(draft, 'complete', 'Nothing was changed.');
      else complete(draft, 'Nothing was changed.');
      return;
    case 'failed':
      if (!recoverTask(draft, outcome.failure)) fail(draft, describeGivenUp(draft.task, outcome.failure));
      return;
    case 'cancelled':
    case 'stopped': {
      const input = outcome.type === 'cancelled' ? 'cancel' : 'stop';
      if (!move(draft, input, endReason(draft))) fail(draft, endedWhilePublishing(outcome.type));
      return;
    }
    case 'rejected':
      if (outcome.reverted) change(draft, { reverted: true });
      if (!move(draft, 'reject', endReason(draft))) failUnsettled(draft, outcome);
      return;
    case 'exhausted':
      noteMissing(draft, outcome.missing ?? null);
      if (!move(draft, 'exhaust', outOf(outcome))) {
        fail(draft, endedWhilePublishing('out of budget'));
      }
      return;
    case 'interrupted':
      requeueJob(draft, outcome.reason);
      return;
  }
}

function outOf({ limit, missing = null }: Extract<JobOutcome, { type: 'exhausted' }>): string {
  const what = `Out of ${LIMIT_NAMES[limit]}.`;
  return missing === null ? what : `${what} Still missing: ${missing}`;
}

const LIMIT_NAMES = {
  turns: 'turns',
  usd: 'money',
  minutes: 'time',
  tokens: 'tokens',
  iterations: 'iterations',
} as const;

function published(
  draft: TaskDraft,
  outcome: Extract<JobOutcome, { type: 'published' }>,
  context: ReduceContext,
): void {
  if (outcome.draft === true && !liesOnGitHub(draft.task)) {
    failUnsettled(draft, outcome);
    return;
  }
  if (outcome.sidesOnly === true) change(draft, { sidesOnly: true });
  else if (outcome.draft !== true) {
    changeView(draft, { commitSha: outcome.sha, branch: outcome.branch });
    change(draft, { pushed: true });
  }
  if (!mayLeave(draft)) return;
  askToSign(draft);
  // GitHub tells when they are made; what follows then follows by itself.
  if (awaitsSignature(draft.task)) return;
  if (!context.opensPullRequest) {
    move(draft, 'complete', `Pushed to ${outcome.branch}.`);
    return;
  }
  askForPullRequest(draft);
}

function complete(draft: TaskDraft, reason: string): void {
  if (draft.task.view.state === 'approved' || advance(draft, 'approved', null)) {
    move(draft, 'complete', reason);
  }
}

/** Brings the task to `approved`. Where a person's approval is asked for, the runner can't stand in for it. */
function mayLeave(draft: TaskDraft): boolean {
  const { state, options } = draft.task.view;
  if (state === 'approved') return true;
  if (options.approval !== 'before_push' && advance(draft, 'approved', null)) return true;
  fail(draft, {
    kind: 'policy',
    message: 'The runner reported work as published that nobody had approved.',
    remedy: 'Look at the branch before you use it, and update the runner.',
    retryAt: null,
  });
  return false;
}

function endReason({ task }: TaskDraft): string | null {
  return task.endRequest === null ? null : describeEnd(task.endRequest);
}

function endedWhilePublishing(how: string): Failure {
  return {
    kind: 'push_failed',
    message: `The job ended (${how}) while its work was being published.`,
    remedy: 'Look whether the branch was pushed, then start the task again with `retry`.',
    retryAt: null,
  };
}
