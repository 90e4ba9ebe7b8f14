import type { Octokit } from '../github/probot.ts';
import { type LastLook, type Redelivered, redeliverSince } from '../github/redeliver-missed.ts';
import type { Logger } from '../logger.ts';

/** Looks through the App's delivery log from where the last look ended, and remembers where this one does. */
export async function lookForMissed(
  kv: DurableObjectStorage['kv'],
  app: Octokit,
  logger: Logger,
  nowMs: number,
): Promise<Redelivered> {
  const last = kv.get<LastLook>('last_look') ?? { untilMs: null, asked: {} };
  const { redelivered, look } = await redeliverSince(app, last, nowMs);
  kv.put('last_look', look);
  logger.info('deliveries.redelivered', { redelivered });
  return { status: 'done', redelivered };
}
