import type { RunnerEvent } from '../../protocol/events.ts';
import type { Rescue } from '../../protocol/task.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import { addUsage } from '../../protocol/usage.ts';
import { askQuestion, settleQuestion } from './ask-question.ts';
import { noteAutomation, personCame, wantPerson } from './automation/note-automation.ts';
import { approveTree, earlierApproval } from './decide-task.ts';
import { finishJob } from './finish-job.ts';
import { noteGate } from './gates/note-gate.ts';
import { pauseAgain } from './hold-task.ts';
import { isOvertaken } from './is-overtaken.ts';
import { addRescue } from './note-rescue.ts';
import { noteReview, refuseReviewedWork } from './review-task.ts';
import { NO_PROGRESS, type TaskProgress, type TaskRecord } from './session-record.ts';
import { noteSide } from './side-repositories.ts';
import { forgetUnasked, noteStaged, signStaged } from './staged-commits.ts';
import {
  advance,
  askForPullRequest,
  change,
  changeView,
  draftOf,
  fail,
  move,
  type ReduceContext,
  stepOf,
  type TaskDraft,
  type TaskStep,
} from './task-draft.ts';

/** What a task's view keeps of Claude's last words; the log has them all. */
const MAX_SUMMARY_CHARS = 4_000;

/** What the comment shows of a tool's input. */
const MAX_TOOL_LINE_CHARS = 200;

/**
 * Decides what a fact from the runner does to its task. A task that is over takes note of what it cost and where
 * work was kept, but never moves again.
 */
export function reduceRunnerEvent(task: TaskRecord, event: RunnerEvent, context: ReduceContext): TaskStep {
  const draft = draftOf(task, context.nowMs);
  if (!isOvertaken(task, event, context.leftOver)) note(draft, event);
  if (event.type === 'job.finished') finishJob(draft, event.outcome, context);
  else if (!context.leftOver && !isTerminal(task.view.state)) act(draft, event, context);
  return stepOf(draft);
}

/** Keeps what is worth knowing whatever state the task is in. */
function note(draft: TaskDraft, event: RunnerEvent): void {
  const { progress, view } = draft.task;
  switch (event.type) {
    case 'workspace.ready':
      if (event.branch !== null) changeView(draft, { branch: event.branch });
      if (event.continues !== undefined) change(draft, { continues: event.continues });
      return;
    case 'claude.started':
      draft.effects.push(
        { type: 'claude_session', id: event.claudeSessionId },
        { type: 'request_delivered' },
      );
      return;
    case 'claude.tool_use': {
      const lastTool = { name: event.name, input: event.input.text.slice(0, MAX_TOOL_LINE_CHARS) };
      setProgress(draft, { lastTool, toolUses: progress.toolUses + 1, apiRetry: null, turnRetry: null });
      return;
    }
    case 'claude.recovering': {
      const { attempt, maxAttempts, failure } = event;
      setProgress(draft, { turnRetry: { attempt, maxAttempts, message: failure.message } });
      return;
    }
    case 'claude.api_retry':
      setProgress(draft, { apiRetry: { attempt: event.attempt, status: event.status } });
      return;
    case 'claude.turn_ended': {
      // What the CLI says about an error is not Claude's answer; the failure or the next try tells it.
      const text = event.isError ? '' : event.text.text.trim();
      const summary = text === '' ? view.summary : text.slice(0, MAX_SUMMARY_CHARS);
      const { structuredOutput = view.structuredOutput } = event;
      const answer = structuredOutput === undefined ? {} : { structuredOutput };
      changeView(draft, { usage: addUsage(view.usage, event.usage), summary, ...answer });
      const { apiRetry, turnRetry = null } = event.isError ? progress : NO_PROGRESS;
      setProgress(draft, { turns: progress.turns + event.turns, apiRetry, turnRetry });
      const isReview = view.options.review && noteReview(draft, event.structuredOutput);
      if (text !== '' && !isReview) draft.effects.push({ type: 'say', text: event.text.text });
      return;
    }
    case 'automation.asked':
    case 'automation.judged':
    case 'automation.continued':
      noteAutomation(draft, event);
      return;
    case 'command.taken':
      draft.effects.push({ type: 'command_taken', commandId: event.commandId });
      return;
    case 'work.captured': {
      const { files, insertions, deletions } = event;
      if (event.tree !== '') {
        changeView(draft, { work: { tree: event.tree, files: files.length, insertions, deletions } });
      }
      setProgress(draft, { changes: { files: files.length, insertions, deletions } });
      return;
    }
    case 'work.reverted':
      change(draft, { reverted: true });
      return;
    case 'tests.written':
    case 'gates.started':
    case 'gate.finished':
    case 'gates.finished':
    case 'gates.overridden':
      noteGate(draft, event);
      return;
    case 'commit.made':
      // What GitHub makes of a draft has another name.
      if (event.draft === true) changeView(draft, { branch: event.branch });
      else changeView(draft, { commitSha: event.sha, branch: event.branch });
      return;
    case 'push.staged':
      noteStaged(draft, event);
      return;
    case 'repository.captured':
    case 'repository.pushed':
    case 'repository.rescued':
      noteSide(draft, event);
      return;
    case 'rescue.made':
      addRescue(draft, rescueOf(draft.task, event, draft.nowMs));
      return;
    default:
      return;
  }
}

/** Moves a live task. */
function act(draft: TaskDraft, event: RunnerEvent, context: ReduceContext): void {
  switch (event.type) {
    case 'claude.started':
      startClaude(draft);
      // A message came to a runner that was started anew and had asked again.
      personCame(draft, null);
      return;
    case 'claude.paused':
      notePause(draft);
      return;
    case 'claude.resumed':
      if (draft.task.view.state === 'paused') move(draft, 'resume', null);
      return;
    case 'work.rejected':
      // The order was given to an attempt before this one, which has shown the work once more.
      if (event.again) move(draft, 'rework', `Rejected by ${event.by}. Claude tries again.`);
      return;
    case 'input.wanted':
      wantPerson(draft, event);
      return;
    case 'question.asked':
      askQuestion(draft, event);
      return;
    case 'question.settled':
      settleQuestion(draft, event.questionId, event.how);
      return;
    case 'work.captured':
      if (draft.task.view.state === 'qa_failed') move(draft, 'retry_gates', null);
      // What people look at is not what there is any more.
      if (draft.task.view.state === 'waiting_approval') move(draft, 'rework', 'The runner shows other work.');
      change(draft, { tree: event.tree, trees: event.trees ?? null });
      forgetUnasked(draft);
      advance(draft, 'waiting_qa', null);
      return;
    case 'gates.started':
      advance(draft, 'qa_running', null);
      return;
    case 'gates.finished':
      judgeGates(draft, event);
      return;
    case 'push.staged':
      signStaged(draft, event);
      return;
    case 'push.done':
      change(draft, { pushed: true });
      changeView(draft, { commitSha: event.sha, branch: event.branch });
      if (context.opensPullRequest && draft.task.view.state === 'approved') askForPullRequest(draft);
      return;
    default:
      return;
  }
}

function rescueOf(
  { view, attempts }: TaskRecord,
  { ref, sha }: { ref: string; sha: string },
  at: number,
): Rescue {
  const { epoch } = view;
  const runnerName = view.runnerName ?? attempts?.findLast((one) => one.epoch === epoch)?.runnerName ?? null;
  return { ref, sha, epoch: Math.max(1, epoch), runnerName, at };
}

/** Claude may hold before it has begun. */
function notePause(draft: TaskDraft): void {
  const { pauseRequest, view } = draft.task;
  if (view.state === 'pending' || view.state === 'pre_flight') advance(draft, 'running', null);
  move(draft, 'pause', pauseRequest == null ? null : `By ${pauseRequest.by}.`);
}

function startClaude(draft: TaskDraft): void {
  switch (draft.task.view.state) {
    case 'pending':
    case 'pre_flight':
      advance(draft, 'running', null);
      break;
    case 'qa_failed':
      move(draft, 'retry_gates', null);
      break;
    case 'paused':
      // The runner was started anew and knows nothing of the pause.
      pauseAgain(draft);
      break;
    default:
      break;
  }
}

function judgeGates(draft: TaskDraft, event: Extract<RunnerEvent, { type: 'gates.finished' }>): void {
  if (!advance(draft, 'qa_running', null)) return;
  const failedGates = event.results.filter((gate) => !gate.passed).map((gate) => gate.name);
  setProgress(draft, { failedGates });
  const { overridden, tree } = draft.task;
  if (event.passed) {
    const by = overridden != null && overridden.tree === tree ? overridden.by : null;
    move(draft, 'pass_gates', by === null ? null : `${by} had let exactly this work pass.`);
    letLeave(draft);
    return;
  }
  const again = event.retry === undefined ? '' : ' Claude tries again.';
  move(draft, 'fail_gates', `Failed: ${failedGates.join(', ')}.${again}`);
  change(draft, { gatesWait: event.retry === undefined });
  if (overridden != null && overridden.tree === tree) overrideAgain(draft, overridden);
}

/** A runner that was started anew has run the gates once more on work that an admin had let pass. */
function overrideAgain(draft: TaskDraft, { tree, by }: { tree: string; by: string }): void {
  if (!move(draft, 'override_gates', `${by} had let exactly this work pass.`)) return;
  draft.effects.push({ type: 'command', command: { type: 'override_gates', tree, by } });
  letLeave(draft);
}

/** Work that passed its gates leaves at once, or waits for a person. */
export function letLeave(draft: TaskDraft): void {
  if (draft.task.view.options.approval === 'before_push') {
    const earlier = earlierApproval(draft.task);
    if (earlier !== null) approveTree(draft, `${earlier.by} had approved exactly this work.`);
    return;
  }
  if (draft.task.view.options.review) {
    refuseReviewedWork(draft);
    return;
  }
  if (approveTree(draft, null)) return;
  draft.effects.push({ type: 'withdraw', reason: 'There is no captured work to approve.' });
  fail(draft, {
    kind: 'internal',
    message: 'The gates passed before the work was captured, so nothing can be approved.',
    remedy: 'Try again. If it repeats, update the runner and report it.',
    retryAt: null,
  });
}

function setProgress(draft: TaskDraft, fields: Partial<TaskProgress>): void {
  change(draft, { progress: { ...draft.task.progress, ...fields } });
  draft.effects.push({ type: 'news', urgent: false });
}
