import type { Env } from '../env.ts';
import type { Logger } from '../logger.ts';
import type { RecordRow } from '../record/rows.ts';
import { sendToRecord } from '../record/send-to-record.ts';
import type { OutboxItem } from '../storage/outbox.ts';
import type { LanePolicy, SendResult } from '../storage/outbox-decide.ts';

/** What an account tells others, durably. */
export type AccountWrite = { kind: 'record'; row: RecordRow };

export const RECORD_LANE = 'record';

/** The record must fill up again, however long it takes. */
export const ACCOUNT_LANE_POLICY: LanePolicy = {
  maxAttempts: Number.POSITIVE_INFINITY,
  firstDelayMs: 100,
  maxDelayMs: 60_000,
};

/** Delivers one batch of a lane. */
export function sendAccountWrites(
  env: Env,
  logger: Logger,
  items: readonly OutboxItem<AccountWrite>[],
): Promise<SendResult> {
  return sendToRecord(
    env,
    logger,
    items.map(({ body }) => body.row),
  );
}
