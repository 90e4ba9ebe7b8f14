import type { WebhookView } from '../../../protocol/webhooks.ts';
import type { SendOutcome } from '../../webhooks/send-webhook.ts';

/** Nothing has got through for so long that nobody waits for it. */
export const DISABLE_AFTER_MS = 3 * 24 * 3_600_000;

/** What an attempt says of its receiver. */
export function decideEndpoint(view: WebhookView, outcome: SendOutcome, nowMs: number): WebhookView {
  if (outcome.status === 'delivered') return { ...view, failingSince: null };
  const failingSince = view.failingSince ?? nowMs;
  if (view.disabled !== null) return { ...view, failingSince };
  if (outcome.gone) return { ...view, failingSince, disabled: 'gone' };
  return { ...view, failingSince, disabled: nowMs - failingSince >= DISABLE_AFTER_MS ? 'failing' : null };
}
