import type { SessionEvent } from '../../protocol/events.ts';
import type { TimelineRow } from './timeline.ts';

/** Whether a row tells of something that went wrong, which a reader may want to jump to. */
export function isProblem(row: TimelineRow): boolean {
  return row.kind === 'tool' ? row.result?.isError === true : isProblemEvent(row.event);
}

function isProblemEvent(event: SessionEvent): boolean {
  switch (event.type) {
    case 'claude.tool_result':
    case 'claude.turn_ended':
      return event.isError;
    case 'preflight.check':
      return !event.ok;
    case 'notice':
      return event.level === 'error';
    case 'gate.finished':
      return event.gate.status !== 'passed' && event.gate.status !== 'skipped';
    case 'job.finished':
      return event.outcome.type === 'failed';
    case 'task.failed':
    case 'task.recovering':
    case 'job.lost':
    case 'claude.api_retry':
    case 'claude.recovering':
    case 'claude.permission_denied':
      return true;
    default:
      return false;
  }
}
