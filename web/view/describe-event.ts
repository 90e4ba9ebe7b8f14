import type { SessionEvent } from '../../protocol/events.ts';
import type { JobOutcome } from '../../protocol/outcome.ts';
import type { Decision } from '../../protocol/task.ts';
import { describeQuestion } from './describe-question.ts';
import { formatBytes, formatClock, formatDuration, formatMoment, formatState, formatUsd } from './format.ts';

type EventOf<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>;

/** An event as one sentence for people. */
export function describeEvent(event: SessionEvent): string {
  switch (event.type) {
    case 'session.created':
      return `Session “${event.title}”`;
    case 'task.created':
      return `${event.requester} asked: ${event.request}`;
    case 'task.held':
      return event.held ? `${event.by} holds the task` : `${event.by} lets the task start`;
    case 'session.state_changed':
      return event.state === 'open'
        ? `${event.by} opened the session`
        : `${event.by} ${event.state} the session`;
    case 'claude.paused':
      return 'Claude is paused';
    case 'claude.resumed':
      return 'Claude goes on';
    case 'question.asked':
    case 'question.parked':
    case 'question.settled':
    case 'question.answered':
      return describeQuestion(event);
    case 'message.received':
      return `${event.author}: ${event.text}`;
    case 'message.settled':
      return event.outcome === 'delivered' ? 'Claude has the message' : 'Claude never got the message';
    case 'automation.asked':
      return event.trouble === null
        ? `A small model was asked (${event.purpose}), ${formatUsd(event.usage.costUsd)}`
        : `A small model could not be asked (${event.purpose}): ${event.trouble}`;
    case 'automation.judged':
      return event.holds
        ? 'The end criteria hold'
        : `The end criteria do not hold yet: ${event.missing ?? 'something is missing'}`;
    case 'automation.continued':
      return `Goes on by itself (${event.iteration}): ${event.text}`;
    case 'input.wanted':
      return event.kind === 'chat'
        ? 'Claude waits for the next message'
        : `A person is asked: ${event.text ?? 'how to go on'}`;
    case 'task.moved':
      return `Task is ${formatState(event.to)}${event.reason === null ? '' : `: ${event.reason}`}`;
    case 'task.failed':
      return `${event.failure.message} ${event.failure.remedy}`;
    case 'task.recovering':
      return describeRecovery(event);
    case 'job.queued':
      return event.reason ?? (event.ahead === null ? 'Queued' : `Queued, ${event.ahead} before it`);
    case 'task.waits_for':
      return `Waits for ${event.tasks.length === 1 ? 'another task' : `${event.tasks.length} other tasks`}`;
    case 'dependency.ended':
      return describeDependency(event);
    case 'job.assigned':
      return `Runner ${event.runnerName} took the job${event.epoch > 1 ? ` (attempt ${event.epoch})` : ''}`;
    case 'job.lost':
      return `The runner was lost: ${event.reason}. The job is queued again.`;
    case 'pull_request.opened':
      return `Pull request ${event.repository ?? ''}#${event.pullRequest.number} ${event.updated ? 'updated' : 'opened'}`;
    case 'preflight.check':
      return event.ok
        ? `Check ${event.name}: ${event.detail}`
        : `Check ${event.name} failed: ${event.detail} ${event.remedy ?? ''}`;
    case 'workspace.ready':
      return describeWorkspace(event);
    case 'checkpoint.stored':
      return `The state after turn ${event.turn} is stored (${formatBytes(event.bytes)})`;
    case 'rescue.reported':
      return `Runner ${event.runnerName} kept the work of attempt ${event.epoch} under ${event.ref}`;
    case 'write.attended':
      return describeAttended(event);
    case 'task.reminded':
      return `Task is still ${formatState(event.state)}; it ends by itself on ${formatMoment(event.endsAt)}`;
    case 'checkpoint.made':
      return `Checkpoint ${event.sha.slice(0, 8)}`;
    case 'claude.started':
      return `Claude Code ${event.version} ${event.resumed ? 'resumed' : 'started'} with ${event.model}`;
    case 'claude.text':
    case 'claude.thinking':
      return event.text;
    case 'claude.tool_use':
      return `${event.name} ${event.input.text}`;
    case 'claude.tool_result':
      return event.output.text;
    case 'claude.permission_denied':
      return `${event.name} was not allowed: ${event.message}`;
    case 'claude.api_retry':
      return `The model's API answered ${event.status ?? 'nothing'}; trying again (${event.attempt} of ${event.maxAttempts})`;
    case 'claude.recovering':
      return describeRetry(event);
    case 'claude.turn_ended':
      return `Turn ended after ${formatDuration(event.durationMs)}, ${formatUsd(event.usage.costUsd)}`;
    case 'command.taken':
      return 'Claude has the message';
    case 'notice':
      return event.text;
    case 'work.captured':
      return event.changed ? describeChanges(event) : 'Nothing was changed';
    case 'turn.captured':
      return `Turn ${event.turn}: ${describeChanges(event)}`;
    case 'approval.decided':
      return describeDecision(event.decision);
    case 'work.rejected':
      return event.again
        ? 'The runner has the rejection; Claude tries again'
        : 'The runner has the rejection';
    case 'work.reverted':
      return event.rescueRef === null
        ? 'The folder is as it was before the task'
        : `The folder is as it was before the task; the work is kept under ${event.rescueRef}`;
    case 'gates.started':
      return `Gates: ${event.names.join(', ')}`;
    case 'tests.written':
      return `Claude wrote tests: ${event.files.join(', ')}`;
    case 'gate.output':
      return `${event.name}: ${event.text}`;
    case 'gate.finished':
      return `${event.gate.name}: ${event.gate.status.replace('_', ' ')}${event.gate.detail === null ? '' : `, ${event.gate.detail}`}`;
    case 'gates.overridden':
      return `The failed checks were let pass by ${event.by}`;
    case 'gates.finished':
      return event.results.length === 0
        ? 'No gates are configured'
        : `Gates ${event.passed ? 'passed' : 'failed'}`;
    case 'commit.made':
      return `Commit ${event.sha.slice(0, 8)} on ${event.branch}`;
    case 'push.done':
      return `Pushed ${event.sha.slice(0, 8)} to ${event.branch}`;
    case 'push.staged':
      return `${event.commits === 1 ? 'The commit lies' : `${event.commits} commits lie`} on GitHub${event.repository === undefined ? '' : ` in ${event.repository}`}, to be signed there for ${event.branch}`;
    case 'commits.signed':
      return `GitHub committed ${event.sha.slice(0, 8)} to ${event.branch}${event.repository === undefined ? '' : ` of ${event.repository}`}${event.verified ? ', verified' : `, but does not show it as verified (${event.reason})`}`;
    case 'repository.ready':
      return `${event.repository} is there${event.access === 'read' ? ', to be read' : `, on ${event.branch}`}`;
    case 'repository.captured':
      return event.changed
        ? `${event.repository}: ${event.files.length}${event.filesCut ? '+' : ''} files changed, +${event.insertions} −${event.deletions}`
        : `${event.repository}: nothing was changed`;
    case 'repository.pushed':
      return `Pushed ${event.sha.slice(0, 8)} to ${event.branch} of ${event.repository}`;
    case 'repository.rescued':
      return `Unpublished work on ${event.repository} is kept under ${event.ref}`;
    case 'rescue.made':
      return `Unpublished work is kept under ${event.ref}`;
    case 'job.finished':
      return describeOutcome(event.outcome);
  }
}

function describeDependency({ taskId, ended, left, by }: EventOf<'dependency.ended'>): string {
  if (taskId === null) return `${by ?? 'Somebody'} lets the task start without waiting for others`;
  const rest = left === 0 ? 'it waits for no other' : `it waits for ${left} more`;
  return `Task ${taskId}, which this one waited for, is ${ended ?? 'not over'}; ${rest}`;
}

function describeRetry({
  how,
  failure,
  attempt,
  maxAttempts,
  delayMs,
}: EventOf<'claude.recovering'>): string {
  const next = how === 'resume' ? 'Claude is resumed' : `Claude goes on in ${formatDuration(delayMs)}`;
  return `${failure.message} ${next} (attempt ${attempt} of ${maxAttempts})`;
}

function describeRecovery({ failure, recovery }: EventOf<'task.recovering'>): string {
  const { attempt, maxAttempts, at } = recovery;
  const when = at === null ? 'now' : `at ${formatClock(at)}`;
  return `${failure.message} The task is tried again by itself ${when} (attempt ${attempt} of ${maxAttempts})`;
}

function describeAttended({ change, what, by, reason }: EventOf<'write.attended'>): string {
  const why = reason === null ? '' : `: ${reason}`;
  if (change === 'retried') return `${by ?? 'Somebody'} had it tried again: ${what}`;
  if (change === 'dismissed') return `${by ?? 'Somebody'} gave it up${why}. ${what}`;
  return `It was given up${why}. ${what}`;
}

function describeWorkspace(event: Extract<SessionEvent, { type: 'workspace.ready' }>): string {
  const { continues, resumed, durationMs } = event;
  const took = formatDuration(durationMs);
  if (continues === undefined) return `Worktree ${resumed ? 'continued' : 'ready'} after ${took}`;
  const other = continues.runnerName ?? 'another runner';
  return continues.from === 'checkpoint'
    ? `Worktree ready after ${took}, continued from the checkpoint of ${formatClock(continues.storedAt)}; work after it is on ${other}`
    : `Worktree ready after ${took}, from the beginning: no checkpoint was stored; what was done is on ${other}`;
}

function describeOutcome(outcome: JobOutcome): string {
  switch (outcome.type) {
    case 'published':
      return `The runner is done: ${outcome.branch} is published`;
    case 'kept':
      return 'The runner is done: the work is kept in its folder';
    case 'unchanged':
      return 'The runner is done: nothing was changed';
    case 'failed':
      return `${outcome.failure.message} ${outcome.failure.remedy}`;
    case 'cancelled':
      return 'Cancelled';
    case 'stopped':
      return 'Stopped; it can be resumed';
    case 'rejected':
      return outcome.reverted
        ? 'Rejected; the folder is as it was before the task'
        : 'Rejected; the folder could not be put back';
    case 'exhausted':
      return `Out of ${outcome.limit}; the work is kept`;
    case 'interrupted':
      return `Interrupted: ${outcome.reason}`;
  }
}

function describeChanges({
  files,
  insertions,
  deletions,
}: EventOf<'work.captured' | 'turn.captured'>): string {
  return `${files.length} ${files.length === 1 ? 'file' : 'files'} changed, +${insertions} −${deletions}`;
}

function describeDecision({ verdict, by, reason }: Decision): string {
  const why = reason === null ? '' : `: ${reason}`;
  switch (verdict) {
    case 'approved':
      return `${by} approved the work${why}`;
    case 'rejected':
      return `${by} rejected the work${why}`;
    case 'rework':
      return `${by} rejected the work and has Claude try again${why}`;
  }
}
