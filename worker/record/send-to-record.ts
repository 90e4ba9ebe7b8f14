import type { AccountKey } from '../../protocol/ids.ts';
import type { Env } from '../env.ts';
import type { Logger } from '../logger.ts';
import type { SendResult } from '../storage/outbox-decide.ts';
import { withDeadline } from '../with-deadline.ts';
import type { WriteResult } from './recorder/row-gatherer.ts';
import type { RecordRow } from './rows.ts';

/** Longer than the recorder lets anything wait, and than its request may take after that. */
export const RECORDER_DEADLINE_MS = 25_000;

/**
 * Delivers rows from an outbox, together with what other objects of the account write at that moment. A database that
 * is down or slow is tried again. A row that the database refuses for what it holds would block all behind it: it is
 * logged and left out.
 */
export async function sendToRecord(
  env: Env,
  logger: Logger,
  account: AccountKey,
  rows: readonly RecordRow[],
): Promise<SendResult> {
  const recorder = env.RECORDER.get(env.RECORDER.idFromName(account));
  const write = (some: readonly RecordRow[]) =>
    withDeadline<Promise<WriteResult>>(recorder.write(some), RECORDER_DEADLINE_MS, 'The recorder');
  const result = await write(rows);
  if (result.status !== 'refused') return result;
  for (const row of rows) {
    const rowResult = await write([row]);
    if (rowResult.status === 'refused') {
      logger.error('record.row_refused', { table: row.table, reason: rowResult.reason });
    } else if (rowResult.status !== 'done') return rowResult;
  }
  return { status: 'done' };
}
