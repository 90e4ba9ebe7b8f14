import type { AttentionItem, AttentionKind } from '../../protocol/attention.ts';
import type { SessionId, TaskId } from '../../protocol/ids.ts';
import type { Trouble } from '../storage/outbox.ts';
import { attentionIdOf, type Place } from './attention-id.ts';
import { cutLine, redactError } from './redact-error.ts';

/** What an object knows about one of its outbox items, for people. */
export type Description = {
  kind: AttentionKind;
  what: string;
  remedy: string;
  sessionId: SessionId | null;
  taskId: TaskId | null;
};

/** An outbox item that is stuck, as the API shows it. */
export function itemOfTrouble(
  place: Place,
  trouble: Trouble<unknown>,
  { kind, what, remedy, sessionId, taskId }: Description,
): AttentionItem {
  const { status, waiting, sinceMs, attempts, reason } = trouble;
  const more = waiting > 1 ? ` ${waiting - 1} more wait behind it.` : '';
  return {
    id: attentionIdOf(place),
    account: place.account,
    kind,
    status,
    what: cutLine(`${what}${more}`),
    since: sinceMs,
    attempts,
    lastError: redactError(reason),
    remedy: cutLine(remedy),
    sessionId,
    taskId,
    canRetry: true,
    canDismiss: status === 'parked',
  };
}
