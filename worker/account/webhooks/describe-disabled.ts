import type { AttentionItem } from '../../../protocol/attention.ts';
import type { WebhookView } from '../../../protocol/webhooks.ts';
import { attentionIdOf } from '../../attention/attention-id.ts';
import { cutLine } from '../../attention/redact-error.ts';

/** Lane of the attention list for receivers that were switched off. */
export const DISABLED_LANE = 'webhook_disabled';

/** A receiver that was switched off because it failed, for the list of what needs a person; null for others. */
export function describeDisabled({
  id,
  account,
  name,
  disabled,
  failingSince,
}: WebhookView): AttentionItem | null {
  if (disabled !== 'failing' && disabled !== 'gone') return null;
  const why = disabled === 'gone' ? 'its receiver says that it is gone' : 'nothing got through for days';
  return {
    id: attentionIdOf({ at: 'account', account, lane: DISABLED_LANE, key: id }),
    account,
    kind: 'message',
    status: 'parked',
    what: cutLine(`The webhook "${name}" was switched off: ${why}.`),
    since: failingSince ?? 0,
    attempts: 0,
    lastError: null,
    remedy: 'Mend the receiver and retry: the webhook is switched on again. Dismiss leaves it off.',
    sessionId: null,
    taskId: null,
    canRetry: true,
    canDismiss: true,
  };
}
