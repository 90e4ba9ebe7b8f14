import type { Env } from '../env.ts';
import { createLogger } from '../logger.ts';
import { openRecord } from '../record/open-record.ts';
import { deleteExpiredSignInTokens } from '../record/sign-in-tokens.ts';

/** What the platform's clock starts, each apart from the others. */
export async function runSchedule(env: Env): Promise<void> {
  const logger = createLogger({ part: 'schedule' });
  try {
    await deleteExpiredSignInTokens(openRecord(env), Date.now());
  } catch (error) {
    logger.warn('schedule.job_failed', { job: 'delete_expired_sign_ins', error });
  }
}
