import type { SessionId } from '../../protocol/ids.ts';
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
  | { kind: 'end_share'; sessionId: SessionId; shareId: string };

export const RECORD_LANE = 'record';

/** The record must fill up again, and a link that was taken away must end, however long it takes. */
const UNTIL_IT_IS_THROUGH: LanePolicy = {
  maxAttempts: Number.POSITIVE_INFINITY,
  firstDelayMs: 100,
  maxDelayMs: 60_000,
};

export function accountLanePolicy(_lane: string): LanePolicy {
  return UNTIL_IT_IS_THROUGH;
}

/** Delivers one batch of a lane. */
export async function sendAccountWrites(
  env: Env,
  logger: Logger,
  items: readonly OutboxItem<AccountWrite>[],
): Promise<SendResult> {
  const rows = items.flatMap(({ body }) => (body.kind === 'record' ? [body.row] : []));
  if (rows.length > 0) return sendToRecord(env, logger, rows);
  for (const { body } of items) await sendOne(env, body);
  return { status: 'done' };
}

async function sendOne(env: Env, body: AccountWrite): Promise<void> {
  switch (body.kind) {
    case 'record':
      return;
    case 'end_share':
      return sessionOf(env, body.sessionId).endShare(body.shareId);
  }
}
