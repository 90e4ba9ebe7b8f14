import type { Attend, AttendedWrite, StuckWrite } from '../contracts.ts';
import type { SessionUnit } from './session-unit.ts';

/** Names the news, among triggers, so that a copy of it is known. */
const triggerOf = (id: string) => `attended:${id}`;

/** Puts into the log what became of a write to GitHub that was parked. A copy of the news changes nothing. */
export function noteAttended(unit: SessionUnit, news: AttendedWrite): void {
  const { id, taskId, change, what, by, reason } = news;
  if (unit.deps.store.findTrigger(triggerOf(id)) !== null) return;
  unit.deps.store.addTrigger(triggerOf(id), { taskNumber: 0, messageId: null });
  unit.logControl(taskId, { type: 'write.attended', change, what, by, reason });
}

/** The same for a write of the session's own outbox. */
export function logAttended(unit: SessionUnit, { lane }: StuckWrite, how: Attend): void {
  unit.logControl(null, {
    type: 'write.attended',
    change: how.action === 'retry' ? 'retried' : 'dismissed',
    what: `What waits to be sent (${lane}).`,
    by: how.by,
    reason: how.action === 'dismiss' ? how.reason : null,
  });
}
