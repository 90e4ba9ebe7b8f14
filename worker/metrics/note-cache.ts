import { waitUntil } from 'cloudflare:workers';
import { accountOf } from '../account/account-of.ts';
import { configOf } from '../config.ts';
import type { Env } from '../env.ts';
import { count } from './observation.ts';

/** A call for each request would cost more than the cache spares. */
const FLUSH_EVERY_MS = 10_000;

type Result = 'hit' | 'miss';

/** What this isolate has counted and not told yet. An isolate that ends takes it along: rates stay right. */
const untold = new Map<string, { cache: string; result: Result; times: number }>();
let toldAtMs = 0;

/**
 * Counts what was asked of a cache in the isolate's memory, for the deployment's own account. `result` is of the moment;
 * the sum goes to the account's object every few seconds, with a request that comes then.
 */
export function noteCache(env: Env, cache: string, result: Result, nowMs: number): void {
  const key = `${cache} ${result}`;
  const times = (untold.get(key)?.times ?? 0) + 1;
  untold.set(key, { cache, result, times });
  if (nowMs - toldAtMs < FLUSH_EVERY_MS) return;
  toldAtMs = nowMs;
  const counted = [...untold.values()].map((one) =>
    count('signalbox_cache_requests_total', [one.cache, one.result], one.times),
  );
  untold.clear();
  const { metrics } = accountOf(env, configOf(env).defaultAccount);
  waitUntil(metrics.count(counted).catch(() => undefined));
}
