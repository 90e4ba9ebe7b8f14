import type { AttentionItem } from '../../../protocol/attention.ts';
import type { AccountKey } from '../../../protocol/ids.ts';
import type { Schedule, ScheduleRun } from '../../../protocol/schedules.ts';
import { MAX_WEBHOOK_TEXT } from '../../../protocol/webhooks.ts';
import { redactText } from '../../../redact/redact-text.ts';
import { attentionIdOf } from '../../attention/attention-id.ts';
import { cutLine } from '../../attention/redact-error.ts';
import type { WebhookNews } from '../../webhooks/describe-event.ts';
import type { ScheduleClock } from './schedule-store.ts';

/** Lane of the attention list for schedules that were paused because they failed. */
export const PAUSED_LANE = 'schedule_paused';

/** Why a schedule pauses, after its last run. */
export function reasonOfPause(
  failures: number,
  run: Pick<ScheduleRun, 'status' | 'taskState' | 'reason'>,
): string {
  const last =
    run.status === 'failed'
      ? `The last one could not start: ${run.reason ?? ''}`
      : `The last one ended ${run.taskState}.`;
  return `${failures} runs in a row failed. ${last}`;
}

/** A paused schedule for the list of what needs a person; null for others, and when somebody left it so. */
export function describePaused(
  account: AccountKey,
  { id, name }: Schedule,
  { paused, failures }: ScheduleClock,
  last: ScheduleRun | null,
): AttentionItem | null {
  if (paused === null || paused.dismissed) return null;
  return {
    id: attentionIdOf({ at: 'account', account, lane: PAUSED_LANE, key: id }),
    account,
    kind: 'schedule',
    status: 'parked',
    what: cutLine(`The schedule "${name}" was paused: ${redactText(paused.reason)}`),
    since: paused.at,
    attempts: failures,
    lastError: null,
    remedy:
      'Look at its last runs, mend what they failed at and retry: it goes on. Dismiss leaves it paused.',
    sessionId: last?.sessionId ?? null,
    taskId: last?.taskId ?? null,
    canRetry: true,
    canDismiss: true,
  };
}

/** The same for other systems. */
export function newsOfPause(
  account: AccountKey,
  { id, name }: Schedule,
  paused: { at: number; reason: string },
  last: ScheduleRun,
  publicUrl: string,
): WebhookNews {
  const reason = redactText(paused.reason).slice(0, MAX_WEBHOOK_TEXT);
  const schedule = { id, name, reason, sessionId: last.sessionId, page: `${publicUrl}/schedules` };
  return {
    id: `msg_${id}.${paused.at}`,
    type: 'schedule.paused',
    at: paused.at,
    data: { account, schedule },
  };
}
