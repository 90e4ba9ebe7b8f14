import type { Decision } from '../../protocol/task.ts';
import { isTerminal, moveTask } from '../../protocol/task-state.ts';
import type { Refused } from '../contracts.ts';
import { askToEnd } from './end-task.ts';
import { formatMoment } from './render/format-quantities.ts';
import type { TaskRecord } from './session-record.ts';
import { change, changeView, draftOf, move, stepOf, type TaskDraft, type TaskStep } from './task-draft.ts';

/** A person's answer to captured work. `tree`: the work that he saw; null where his door does not say. */
export type Answer = Pick<Decision, 'verdict' | 'by' | 'via' | 'reason' | 'tree'>;

/**
 * Takes a person's answer. The first one counts, through whichever door it came; whoever is later is told who was
 * first. An approval is of exactly the tree that is shown, and nobody approves what he has not seen.
 *
 * @param messageId names the reason of a `rework`, which is a message to Claude
 */
export function decideTask(
  task: TaskRecord,
  answer: Answer,
  messageId: string,
  nowMs: number,
): TaskStep | Refused {
  if (isRepeated(task, answer)) return stepOf(draftOf(task, nowMs));
  const refused = refuseAnswer(task, answer);
  if (refused !== null) return refused;
  const decision: Decision = { ...answer, tree: task.tree, at: nowMs };
  switch (answer.verdict) {
    case 'approved': {
      const draft = decided(task, decision, nowMs);
      approveTree(draft, sentence('Approved', decision));
      return stepOf(draft);
    }
    case 'rejected': {
      const { by, reason } = answer;
      const step = askToEnd(task, { how: 'reject', by, reason, atMs: nowMs }, nowMs);
      if ('status' in step) return step;
      const draft = decided(step.task, decision, nowMs);
      change(draft, { reverted: false });
      draft.effects.push(...step.effects, { type: 'news', urgent: true });
      return { ...stepOf(draft), events: [...draft.events, ...step.events] };
    }
    case 'rework': {
      const draft = decided(task, decision, nowMs);
      const { by, reason } = answer;
      const command = { type: 'reject', by, reason, again: true, messageId } as const;
      draft.effects.push({ type: 'command', command });
      move(draft, 'rework', `${sentence('Rejected', decision)} Claude tries again.`);
      return stepOf(draft);
    }
  }
}

/** Approves exactly the captured tree and tells the runner to publish it. @returns false where nothing is captured. */
export function approveTree(draft: TaskDraft, reason: string | null): boolean {
  const { tree } = draft.task;
  // What the runner of a review may show all the same never leaves.
  if (draft.task.view.options.review) return false;
  if (tree === null || !move(draft, 'approve', reason)) return false;
  change(draft, { approvedTree: tree });
  draft.effects.push({ type: 'command', command: { type: 'publish', tree } });
  return true;
}

/** A person approved exactly this tree before, and its runner was lost on the way. Null: nobody did. */
export function earlierApproval({ tree, view }: TaskRecord): Decision | null {
  const { decision } = view;
  return decision?.verdict === 'approved' && tree !== null && decision.tree === tree ? decision : null;
}

function decided(task: TaskRecord, decision: Decision, nowMs: number): TaskDraft {
  const draft = draftOf(task, nowMs);
  changeView(draft, { decision });
  draft.events.push({ type: 'approval.decided', decision });
  return draft;
}

/** The same answer once more, as when the handler of a webhook runs again: it changes nothing and is no surprise. */
function isRepeated(task: TaskRecord, { verdict, by, via }: Answer): boolean {
  const { decision } = task.view;
  if (decision === undefined || !stillCounts(task, decision)) return false;
  return decision.verdict === verdict && decision.by === by && decision.via === via;
}

const INPUTS = { approved: 'approve', rejected: 'reject', rework: 'rework' } as const;

function refuseAnswer(task: TaskRecord, { verdict, tree }: Answer): Refused | null {
  const { view, endRequest } = task;
  const { decision } = view;
  const isOpen = moveTask(view.state, INPUTS[verdict]).status === 'moved' && endRequest === null;
  if (isOpen && (tree === null || tree === task.tree)) return null;
  if (isOpen) {
    return {
      status: 'refused',
      code: 'conflict',
      message: `The work has changed since: ${tree?.slice(0, 12)} was shown, it is ${task.tree?.slice(0, 12) ?? 'not captured'} now.`,
      remedy: 'Look at the work as it is now, then decide again.',
    };
  }
  if (decision !== undefined && stillCounts(task, decision)) {
    return {
      status: 'refused',
      code: 'conflict',
      message: `${decision.by} was first: the work was ${WORDS[decision.verdict]} on ${formatMoment(decision.at)}. The first answer counts.`,
      remedy: 'Nothing has to be done. Start another task if the outcome is not what you want.',
    };
  }
  return {
    status: 'refused',
    code: 'not_allowed',
    message: `Task ${view.number} is ${view.state}${endRequest === null ? '' : ' and about to end'}; it does not wait for this answer.`,
    remedy: 'Only work that waits for approval is approved or rejected. `stop` ends a task that works.',
  };
}

/** What became of the work is what this decision said, not something that happened since. */
function stillCounts({ view, endRequest }: TaskRecord, { verdict }: Decision): boolean {
  switch (verdict) {
    case 'approved':
      return view.state === 'approved' || view.state === 'completed' || view.state === 'failed';
    case 'rejected':
      return view.state === 'rejected' || endRequest?.how === 'reject';
    case 'rework':
      // What is shown since is other work.
      return !isTerminal(view.state) && view.state !== 'waiting_approval' && view.state !== 'qa_failed';
  }
}

const WORDS = {
  approved: 'approved',
  rejected: 'rejected',
  rework: 'rejected, and Claude was asked to try again,',
} as const;

function sentence(what: string, { by, reason }: Decision): string {
  return reason === null ? `${what} by ${by}.` : `${what} by ${by}: ${reason}`;
}
