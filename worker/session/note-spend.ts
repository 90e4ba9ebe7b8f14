import type { LoggedEvent } from '../../protocol/events.ts';
import { splitTaskId } from '../../protocol/ids.ts';
import type { Payers, Spend } from '../account/budgets/admission.ts';
import type { SessionRecord, TaskRecord } from './session-record.ts';

/**
 * What an event cost, for the account's budgets; null when nothing. It counts on the day on which it became known: a
 * runner's clock may be wrong.
 */
export function spendOf(
  session: SessionRecord,
  tasks: ReadonlyMap<number, TaskRecord>,
  { id, taskId, event }: LoggedEvent,
  nowMs: number,
): Spend | null {
  if (taskId === null || !('usage' in event) || event.usage.costUsd <= 0) return null;
  const task = tasks.get(splitTaskId(taskId).taskNumber);
  if (task === undefined) return null;
  return {
    ...payersOf(session, task),
    id: `${session.id}#${id}`,
    taskId,
    usd: event.usage.costUsd,
    atMs: nowMs,
  };
}

/** The task's requester pays, and the repository that it works on. */
export function payersOf({ workspace }: SessionRecord, { view }: TaskRecord): Payers {
  const { id, login } = view.requester;
  if (workspace.type !== 'github') return { person: { id, login }, repository: null };
  const { repository } = workspace;
  return {
    person: { id, login },
    repository: { id: repository.id, name: `${repository.owner}/${repository.name}` },
  };
}
