import type { SessionEvent } from '../../protocol/events.ts';
import type { JobOutcome } from '../../protocol/outcome.ts';
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
    case 'message.received':
      return `${event.author}: ${event.text}`;
    case 'task.moved':
      return `Task is ${formatState(event.to)}${event.reason === null ? '' : `: ${event.reason}`}`;
    case 'task.failed':
      return `${event.failure.message} ${event.failure.remedy}`;
    case 'job.queued':
      return event.reason ?? (event.ahead === null ? 'Queued' : `Queued, ${event.ahead} before it`);
    case 'job.assigned':
      return `Runner ${event.runnerName} took the job${event.epoch > 1 ? ` (attempt ${event.epoch})` : ''}`;
    case 'job.lost':
      return `The runner was lost: ${event.reason}. The job is queued again.`;
    case 'pull_request.opened':
      return `Pull request #${event.pullRequest.number} ${event.updated ? 'updated' : 'opened'}`;
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
    case 'claude.turn_ended':
      return `Turn ended after ${formatDuration(event.durationMs)}, ${formatUsd(event.usage.costUsd)}`;
    case 'command.taken':
      return 'Claude has the message';
    case 'notice':
      return event.text;
    case 'work.captured':
      return event.changed
        ? `${event.files.length} ${event.files.length === 1 ? 'file' : 'files'} changed, +${event.insertions} −${event.deletions}`
        : 'Nothing was changed';
    case 'gates.started':
      return `Gates: ${event.names.join(', ')}`;
    case 'gates.finished':
      return event.results.length === 0
        ? 'No gates are configured'
        : `Gates ${event.passed ? 'passed' : 'failed'}`;
    case 'commit.made':
      return `Commit ${event.sha.slice(0, 8)} on ${event.branch}`;
    case 'push.done':
      return `Pushed ${event.sha.slice(0, 8)} to ${event.branch}`;
    case 'rescue.made':
      return `Unpublished work is kept under ${event.ref}`;
    case 'job.finished':
      return describeOutcome(event.outcome);
  }
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
    case 'exhausted':
      return `Out of ${outcome.limit}; the work is kept`;
    case 'interrupted':
      return `Interrupted: ${outcome.reason}`;
  }
}
