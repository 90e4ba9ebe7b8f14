import type { RunnerEvent } from '../../protocol/events.ts';
import type { TaskRecord } from './session-record.ts';

/**
 * Work that an attempt before this one captured and tells late. People look at what is shown now, and decide about
 * that: it takes the place of nothing.
 */
export function isOvertaken(task: TaskRecord, event: RunnerEvent, leftOver: boolean): boolean {
  if (!leftOver || task.view.work === undefined) return false;
  return (
    event.type === 'work.captured' || event.type === 'repository.captured' || event.type === 'turn.captured'
  );
}
