import { SESSION_MS } from '../access/browser-session.ts';
import { forgetEndedSessions } from '../access/ended-sessions.ts';
import { configOf } from '../config.ts';
import type { Env } from '../env.ts';
import { redeliverMissed } from '../github/redeliver-missed.ts';
import { createLogger } from '../logger.ts';
import { appOf } from '../read-app.ts';
import { deleteOldRows } from '../record/delete-old-rows.ts';
import { openRecord } from '../record/open-record.ts';
import { deleteExpiredSignInTokens } from '../record/sign-in-tokens.ts';
import { sweepObjects } from './sweep-objects.ts';

/** What the platform's clock starts, each apart from the others. */
const JOBS: Readonly<Record<string, (env: Env, nowMs: number) => Promise<unknown>>> = {
  delete_expired_sign_ins: (env, nowMs) => deleteExpiredSignInTokens(openRecord(env), nowMs),
  delete_old_rows: (env, nowMs) => deleteOldRows(openRecord(env), configOf(env).keepDays, nowMs),
  forget_ended_sessions: (env, nowMs) => forgetEndedSessions(env, nowMs - SESSION_MS),
  sweep_objects: sweepObjects,
  redeliver_missed: async (env, nowMs) =>
    (await appOf(env)).githubApp === null ? null : redeliverMissed(env, nowMs),
};

export async function runSchedule(env: Env): Promise<void> {
  const logger = createLogger({ part: 'schedule' });
  const run = async ([job, start]: [string, (typeof JOBS)[string]]) => {
    try {
      logger.info('schedule.job_done', { job, result: await start(env, Date.now()) });
    } catch (error) {
      logger.warn('schedule.job_failed', { job, error });
    }
  };
  await Promise.all(Object.entries(JOBS).map(run));
}
