import type { AttentionItem } from '../../protocol/attention.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import { attentionIdOf } from '../attention/attention-id.ts';
import { cutLine, redactError } from '../attention/redact-error.ts';
import type { InboxRow } from './inbox-store.ts';

/** A webhook delivery that nothing came of, as the API shows it. */
export function itemOfDelivery(account: AccountKey, row: InboxRow): AttentionItem {
  const name = row.action === null ? row.event : `${row.event}.${row.action}`;
  const parked = row.status === 'parked';
  return {
    id: attentionIdOf({ at: 'delivery', account, id: row.id }),
    account,
    kind: 'delivery',
    status: parked ? 'parked' : 'held_up',
    what: cutLine(
      parked
        ? `Nothing came of the webhook delivery ${row.id} (${name}).`
        : `The webhook delivery ${row.id} (${name}) is tried again and again.`,
    ),
    since: row.received_ms,
    attempts: row.attempts,
    lastError: row.reason === null ? null : redactError(row.reason),
    remedy:
      row.payload === ''
        ? 'Its payload was not kept: ask for the work again where it was asked for.'
        : 'Mend what the error names, then retry. A task that was started by it already is not started twice.',
    sessionId: null,
    taskId: row.task_id,
    canRetry: row.payload !== '',
    canDismiss: parked,
  };
}
