import type { SessionEvent } from '../../protocol/events.ts';
import type { JobOutcome } from '../../protocol/outcome.ts';
import { formatDuration, formatState, formatUsd } from './format.ts';

/** An event as one sentence for people. */
export function describeEvent(event: SessionEvent): string {
  switch (event.type) {
    case 'session.created':
      return `Session “${event.title}”`;
    case 'task.created':
      return `${event.requester} asked: ${event.request}`;
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
      return `Worktree ${event.resumed ? 'continued' : 'ready'} after ${formatDuration(event.durationMs)}`;
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
