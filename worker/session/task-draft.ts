import type { ControlEvent } from '../../protocol/control-events.ts';
import type { JobCommand } from '../../protocol/job.ts';
import type { Failure } from '../../protocol/outcome.ts';
import type { QuestionView } from '../../protocol/questions.ts';
import type { Review } from '../../protocol/review.ts';
import type { TaskView } from '../../protocol/task.ts';
import { isTerminal, moveTask, type TaskInput, type TaskState } from '../../protocol/task-state.ts';
import type { TaskRecord } from './session-record.ts';
import { withdrawQuestion } from './withdraw-question.ts';

/** What is to happen once the task is stored. Carried out in the same transaction, in order. */
export type Effect =
  | { type: 'command'; command: JobCommand }
  | { type: 'command_taken'; commandId: number }
  | { type: 'write_question'; question: QuestionView }
  /** The open question as an answer in the thread. */
  | { type: 'tell_question' }
  /** Orders of an epoch that is gone; messages stay. */
  | { type: 'drop_orders' }
  | { type: 'enqueue' }
  /** Asks the Fleet how a job stands that it has. */
  | { type: 'ask_queue' }
  | { type: 'release'; epoch: number }
  | { type: 'withdraw'; reason: string }
  /** A token that may push can be out for this attempt; it is over. */
  | { type: 'end_git_access'; epoch: number }
  /** GitHub is to make the staged commits of this repository; 0 for the session's own. */
  | { type: 'sign_commits'; repositoryId: number }
  /** What a review found goes beside its lines. */
  | { type: 'write_review'; review: Review }
  | { type: 'open_pull_request' }
  /** All are open: each is to name the others. */
  | { type: 'link_pull_requests' }
  | { type: 'claude_session'; id: string }
  | { type: 'request_delivered' }
  | { type: 'say'; text: string }
  /** An answer in the thread, which notifies those who follow it. */
  | { type: 'remind'; endsAtMs: number }
  /** The comment and the check run tell old news. */
  | { type: 'news'; urgent: boolean }
  | { type: 'task_over' };

/** A task while one input is worked in. Local to a pure function: only what `finish` returns leaves it. */
export type TaskDraft = {
  task: TaskRecord;
  readonly events: ControlEvent[];
  readonly effects: Effect[];
  readonly nowMs: number;
};

export type TaskStep = { task: TaskRecord; events: ControlEvent[]; effects: Effect[] };

export type ReduceContext = {
  nowMs: number;
  /** Published work gets a pull request of its own. */
  opensPullRequest: boolean;
  /** Left over from an earlier epoch of the same runner: true, but the task has moved on since. */
  leftOver: boolean;
};

export function draftOf(task: TaskRecord, nowMs: number): TaskDraft {
  return { task, events: [], effects: [], nowMs };
}

export function stepOf({ task, events, effects }: TaskDraft): TaskStep {
  return { task, events, effects };
}

export function change(draft: TaskDraft, fields: Partial<TaskRecord>): void {
  draft.task = { ...draft.task, ...fields };
}

export function changeView(draft: TaskDraft, fields: Partial<TaskView>): void {
  draft.task = { ...draft.task, view: { ...draft.task.view, ...fields } };
}

/**
 * Moves the task by the transition table and says so in the log.
 *
 * @returns false when the table refuses it; then nothing changed.
 */
export function move(draft: TaskDraft, input: TaskInput, reason: string | null): boolean {
  const verdict = moveTask(draft.task.view.state, input);
  if (verdict.status === 'refused') return false;
  const { from, to } = verdict;
  const { nowMs } = draft;
  const over = isTerminal(to);
  changeView(draft, { state: to, stateSince: nowMs, endedAt: over ? nowMs : null });
  if (from === 'pending') endWait(draft);
  // Past Claude's work there is nothing to pause.
  if (to !== 'running' && to !== 'pre_flight') change(draft, { pauseRequest: null });
  if (to === 'running' && draft.task.view.startedAt === null) changeView(draft, { startedAt: nowMs });
  draft.events.push({ type: 'task.moved', from, to, input, reason });
  draft.effects.push({ type: 'news', urgent: over });
  // A job that is given away takes the question along; else whoever asked goes on or has ended.
  if (to !== 'waiting_input' && (over || (from === 'waiting_input' && to !== 'pending')))
    withdrawQuestion(draft);
  if (over) {
    change(draft, { active: false, endRequest: null, pauseRequest: null });
    if (draft.task.view.held === true) changeView(draft, { held: undefined });
    const { automation } = draft.task.view;
    if (automation?.wants != null) changeView(draft, { automation: { ...automation, wants: null } });
    draft.effects.push({ type: 'drop_orders' }, { type: 'task_over' });
  }
  return true;
}

/** What waits for its next try waits no more: it is held, ended, or some runner has it. */
export function endWait(draft: TaskDraft): void {
  const { recovery } = draft.task.view;
  if (recovery === undefined || recovery.at === null) return;
  changeView(draft, { recovery: { ...recovery, at: null } });
}

/** Fails the task with a reason and a remedy. In a state that can't fail (it is over) nothing happens. */
export function fail(draft: TaskDraft, failure: Failure): boolean {
  if (isTerminal(draft.task.view.state)) return false;
  changeView(draft, { failure });
  draft.events.push({ type: 'task.failed', failure });
  return move(draft, 'fail', failure.message);
}

/** The input that leads from each state towards `approved` when nothing goes wrong. */
const ONWARD: Readonly<Partial<Record<TaskState, TaskInput>>> = {
  pending: 'assign',
  pre_flight: 'start',
  running: 'finish_work',
  waiting_input: 'answer',
  paused: 'resume',
  waiting_qa: 'begin_gates',
  qa_running: 'pass_gates',
  waiting_approval: 'approve',
};

/** Takes the task step by step to a later state of the straight line. @returns whether it got there. */
export function advance(draft: TaskDraft, target: TaskState, reason: string | null): boolean {
  while (draft.task.view.state !== target) {
    // Approval is on the way to what follows it, and never a step towards anything else.
    if (draft.task.view.state === 'waiting_approval' && target !== 'approved') return false;
    const input = ONWARD[draft.task.view.state];
    if (input === undefined || !move(draft, input, reason)) return false;
  }
  return true;
}

/** A push token is granted for an approved tree alone, so without one there is nothing to take back. */
export function endGitAccess(draft: TaskDraft): void {
  const { approvedTree, view } = draft.task;
  if (approvedTree !== null) draft.effects.push({ type: 'end_git_access', epoch: view.epoch });
}

/** Asks for the pull request of pushed work, once. */
export function askForPullRequest(draft: TaskDraft): void {
  if (draft.task.pullRequestAsked) return;
  change(draft, { pullRequestAsked: true });
  draft.effects.push({ type: 'open_pull_request' });
}
