import type { Env } from '../env.ts';
import { installationOf } from '../http/durable-objects.ts';
import { APP_KEEPER } from '../read-app.ts';
import { classifyGitHubError } from './classify-github-error.ts';
import type { Octokit } from './probot.ts';

/** GitHub keeps deliveries for three days; older ones can't be sent again. */
const MAX_LOOK_BACK_MS = 70 * 3_600_000;

/** Deliveries that were under way at the last look are looked at again. */
const OVERLAP_MS = 10 * 60_000;

/** More would be a flood after a long absence; the next look goes on. */
const MAX_REDELIVERIES = 100;
const MAX_PAGES = 20;
const PAGE = 100;

/** How often one delivery is sent again before it is left to people. */
const MAX_ASKED = 5;

export type LoggedDelivery = { id: number; guid: string; deliveredMs: number; failed: boolean };

/** The one object that looks after missed deliveries of the whole App. */
export const missedKeeper = (env: Env) => installationOf(env, APP_KEEPER);

export type Redelivered =
  | { status: 'done'; redelivered: number }
  /** No App, or GitHub's log could not be read: the next look begins where this one did. */
  | { status: 'skipped' | 'failed'; reason: string };

/** Has deliveries sent again that failed while the Worker was away. For the Worker's clock. */
export function redeliverMissed(env: Env, now: number): Promise<Redelivered> {
  return missedKeeper(env).redeliverMissed(now);
}

/** How often each delivery was sent again on our asking, by its GUID. */
export type Redeliveries = Readonly<Record<string, { count: number; lastMs: number }>>;

/** What to have sent again, oldest first: of each delivery that never arrived its latest attempt. */
export function chooseMissed(log: readonly LoggedDelivery[], asked: Redeliveries): LoggedDelivery[] {
  const byGuid = Map.groupBy(log, (delivery) => delivery.guid);
  return [...byGuid.entries()]
    .filter(
      ([guid, attempts]) => attempts.every(({ failed }) => failed) && (asked[guid]?.count ?? 0) < MAX_ASKED,
    )
    .map(([, attempts]) => attempts)
    .map((attempts) => attempts.reduce((a, b) => (a.deliveredMs >= b.deliveredMs ? a : b)))
    .sort((a, b) => a.deliveredMs - b.deliveredMs)
    .slice(0, MAX_REDELIVERIES);
}

/** What is remembered from one look to the next. */
export type LastLook = { untilMs: number | null; asked: Redeliveries };

/**
 * Reads GitHub's log of deliveries since the last look and asks for those that failed. A copy that did arrive after
 * all is dropped by the inbox.
 */
export async function redeliverSince(
  octokit: Octokit,
  last: LastLook,
  nowMs: number,
): Promise<{ redelivered: number; look: LastLook }> {
  const oldestMs = nowMs - MAX_LOOK_BACK_MS;
  const sinceMs = Math.max(oldestMs, (last.untilMs ?? oldestMs) - OVERLAP_MS);
  const asked = Object.fromEntries(Object.entries(last.asked).filter(([, { lastMs }]) => lastMs > oldestMs));
  const missed = chooseMissed(await readLog(octokit, sinceMs), asked);
  let redelivered = 0;
  for (const { id, guid } of missed) {
    redelivered += (await askAgain(octokit, id, nowMs)) ? 1 : 0;
    asked[guid] = { count: (asked[guid]?.count ?? 0) + 1, lastMs: nowMs };
  }
  // What did not fit into this look is found by the next one only if that starts at the same time.
  const untilMs = missed.length < MAX_REDELIVERIES ? nowMs : sinceMs + OVERLAP_MS;
  return { redelivered, look: { untilMs, asked } };
}

/** One that GitHub refuses to send again counts as asked for: it must not keep those after it back. */
async function askAgain(octokit: Octokit, id: number, nowMs: number): Promise<boolean> {
  try {
    await octokit.rest.apps.redeliverWebhookDelivery({ delivery_id: id });
    return true;
  } catch (error) {
    if (classifyGitHubError(error, nowMs).type === 'refused') return false;
    throw error;
  }
}

async function readLog(octokit: Octokit, sinceMs: number): Promise<LoggedDelivery[]> {
  const log: LoggedDelivery[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { data, headers } = await octokit.rest.apps.listWebhookDeliveries({
      per_page: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const item of data) {
      const deliveredMs = Date.parse(item.delivered_at);
      const failed = item.status_code < 200 || item.status_code > 299;
      log.push({ id: item.id, guid: item.guid, deliveredMs, failed });
    }
    const [, next] = /[?&]cursor=([^&>]+)[^>]*>;\s*rel="next"/.exec(headers.link ?? '') ?? [];
    cursor = next === undefined ? undefined : decodeURIComponent(next);
    const last = log.at(-1);
    if (cursor === undefined || last === undefined || last.deliveredMs < sinceMs) break;
  }
  return log.filter(({ deliveredMs }) => deliveredMs >= sinceMs);
}
