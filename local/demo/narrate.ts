import type { LoggedEvent } from '../../protocol/events.ts';

const COMMAND_CHARS = 90;

/** An event as a line of the demonstration; null for what a newcomer need not see. */
export function narrate({ event }: LoggedEvent): string | null {
  switch (event.type) {
    case 'task.created':
      return `the session has a task for ${event.requester}`;
    case 'job.assigned':
      return `runner "${event.runnerName}" has the job`;
    case 'workspace.ready':
      return `worktree ready in ${Math.round(event.durationMs)} ms, branch ${event.branch}`;
    case 'claude.started':
      return `Claude Code ${event.version} ${event.resumed ? 'resumed' : 'started'}, ${Math.round(event.sinceAssignMs)} ms after the job came`;
    case 'claude.text':
      return `Claude: ${firstLine(event.text)}`;
    case 'claude.tool_use':
      return `  ${event.name} ${firstLine(event.input.text)}`;
    case 'claude.tool_result':
      return event.isError ? `  failed: ${firstLine(event.output.text)}` : null;
    case 'claude.turn_ended':
      return `Claude is done, $${event.usage.costUsd.toFixed(4)}`;
    case 'work.captured':
      return `the tree is captured: ${event.files.length} files changed, +${event.insertions} −${event.deletions}`;
    case 'commit.made':
      return `commit ${event.sha.slice(0, 8)}`;
    case 'push.done':
      return `pushed to ${event.branch} with a token for this repository alone`;
    case 'pull_request.opened':
      return `pull request #${event.pullRequest.number}`;
    case 'task.moved':
      return event.to === 'completed' || event.to === 'failed' ? `the task is ${event.to}` : null;
    case 'task.failed':
      return `${event.failure.message} ${event.failure.remedy}`;
    case 'notice':
      return event.text;
    default:
      return null;
  }
}

function firstLine(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.length > COMMAND_CHARS ? `${line.slice(0, COMMAND_CHARS)}…` : line;
}
