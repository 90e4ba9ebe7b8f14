import type { AccountKey, SessionId } from '../../protocol/ids.ts';
import type { Env } from '../env.ts';
import { sessionOf } from '../http/durable-objects.ts';
import type { Logger } from '../logger.ts';
import type { RecordRow } from '../record/rows.ts';
import { sendToRecord } from '../record/send-to-record.ts';
import type { OutboxItem } from '../storage/outbox.ts';
import type { LanePolicy, SendResult } from '../storage/outbox-decide.ts';

/** What an account tells others, durably. */
export type AccountWrite =
  | { kind: 'record'; row: RecordRow }
  | { kind: 'end_share'; sessionId: SessionId; shareId: string }
  /** A message to another system; its text lies with the webhook. */
  | { kind: 'webhook'; webhookId: string; messageId: string }
  /** A run that is to be started. */
  | { kind: 'schedule_run'; scheduleId: string; runId: string };

export const RECORD_LANE = 'record';

/** The record must fill up again, and a link that was taken away must end, however long it takes. */
const UNTIL_IT_IS_THROUGH: LanePolicy = {
  maxAttempts: Number.POSITIVE_INFINITY,
  firstDelayMs: 100,
  maxDelayMs: 60_000,
};

/** About two days: a receiver that is away over a weekend finds the rest in the list of what needs a person. */
const WEBHOOK_POLICY: LanePolicy = { maxAttempts: 20, firstDelayMs: 5_000, maxDelayMs: 8 * 3_600_000 };

/** About a quarter of an hour: GitHub's bad spells are shorter, and a later run would be another one. */
const SCHEDULE_POLICY: LanePolicy = { maxAttempts: 12, firstDelayMs: 2_000, maxDelayMs: 5 * 60_000 };

export function accountLanePolicy(lane: string): LanePolicy {
  if (lane.startsWith('schedule:')) return SCHEDULE_POLICY;
  return lane.startsWith('webhook:') ? WEBHOOK_POLICY : UNTIL_IT_IS_THROUGH;
}

export type AccountSending = {
  env: Env;
  logger: Logger;
  account: AccountKey;
  deliver: (webhookId: string, messageId: string, isLast: boolean) => Promise<SendResult>;
  startRun: (runId: string, isLast: boolean) => Promise<SendResult>;
};

/** Delivers one batch of a lane. */
export async function sendAccountWrites(
  { env, logger, account, deliver, startRun }: AccountSending,
  items: readonly OutboxItem<AccountWrite>[],
): Promise<SendResult> {
  const rows = items.flatMap(({ body }) => (body.kind === 'record' ? [body.row] : []));
  if (rows.length > 0) return sendToRecord(env, logger, account, rows);
  for (const { body, attempts } of items) {
    if (body.kind === 'webhook') {
      return deliver(body.webhookId, body.messageId, attempts + 1 >= WEBHOOK_POLICY.maxAttempts);
    }
    if (body.kind === 'schedule_run') {
      return startRun(body.runId, attempts + 1 >= SCHEDULE_POLICY.maxAttempts);
    }
    await sendOne(env, body);
  }
  return { status: 'done' };
}

async function sendOne(env: Env, body: AccountWrite): Promise<void> {
  switch (body.kind) {
    case 'record':
    case 'webhook':
    case 'schedule_run':
      return;
    case 'end_share':
      return sessionOf(env, body.sessionId).endShare(body.shareId);
  }
}
