import type { MissedDeliveries } from '../../protocol/http.ts';
import { describeWithoutCause } from '../github/describe-without-cause.ts';
import type { Octokit } from '../github/probot.ts';
import {
  type LastLook,
  type Redelivered,
  type Redeliveries,
  redeliverSince,
} from '../github/redeliver-missed.ts';
import type { Logger } from '../logger.ts';

/** How the last look went. */
type LookNote = NonNullable<MissedDeliveries['lastLook']>;

/** Of each look at most so many are new; people look at the latest. */
const MAX_SHOWN = 100;

const LOOK = 'last_look';
const NOTE = 'last_look_note';

/** Looks through the App's delivery log from where the last look ended, and remembers where this one does. */
export async function lookForMissed(
  kv: DurableObjectStorage['kv'],
  app: Octokit,
  logger: Logger,
  nowMs: number,
): Promise<Redelivered> {
  const last = kv.get<LastLook>(LOOK) ?? { untilMs: null, asked: {} };
  try {
    const { redelivered, look } = await redeliverSince(app, last, nowMs);
    kv.put(LOOK, look);
    kv.put<LookNote>(NOTE, { at: nowMs, redelivered, problem: null });
    logger.info('deliveries.redelivered', { redelivered });
    return { status: 'done', redelivered };
  } catch (error) {
    const reason = describeWithoutCause(error).slice(0, 300);
    kv.put<LookNote>(NOTE, { at: nowMs, redelivered: 0, problem: reason });
    logger.warn('deliveries.not_looked_at', { reason });
    return { status: 'failed', reason };
  }
}

export function readMissedState(kv: DurableObjectStorage['kv']): MissedDeliveries {
  const asked: Redeliveries = kv.get<LastLook>(LOOK)?.asked ?? {};
  const askedAgain = Object.entries(asked)
    .map(([id, { count, lastMs }]) => ({ id, times: count, at: lastMs }))
    .sort((a, b) => b.at - a.at)
    .slice(0, MAX_SHOWN);
  return { lastLook: kv.get<LookNote>(NOTE) ?? null, askedAgain };
}
