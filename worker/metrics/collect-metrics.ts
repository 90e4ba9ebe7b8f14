import type { AccountKey } from '../../protocol/ids.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { accountOf } from '../account/account-of.ts';
import type { Env } from '../env.ts';
import { fleetOf, installationOf } from '../http/durable-objects.ts';
import { withDeadline } from '../with-deadline.ts';
import { type AccountSamples, type DeploymentSample, gatherFamilies } from './gather-families.ts';
import { gauge, type Sample } from './observation.ts';
import type { Family } from './write-exposition.ts';

/** Prometheus gives up after 10 s, unless told otherwise; what answers in time is shown without the rest. */
const SCRAPE_DEADLINE_MS = 8_000;
const SOURCE_DEADLINE_MS = 5_000;

/** Each account is three calls. */
const ACCOUNTS_AT_ONCE = 20;

/** All metrics of these accounts. No session is asked: each has told its account's object. */
export async function collectMetrics(
  env: Env,
  accounts: readonly AccountKey[],
  recordUp: boolean,
): Promise<Family[]> {
  const endsAt = Date.now() + SCRAPE_DEADLINE_MS;
  const told: AccountSamples[] = [];
  for (let start = 0; start < accounts.length; start += ACCOUNTS_AT_ONCE) {
    const batch = accounts.slice(start, start + ACCOUNTS_AT_ONCE);
    told.push(...(await Promise.all(batch.map((account) => collectAccount(env, account, endsAt)))));
  }
  const deployment: DeploymentSample[] = [
    { name: 'signalbox_accounts', labels: [], value: accounts.length },
    { name: 'signalbox_record_up', labels: [], value: recordUp ? 1 : 0 },
    { name: 'signalbox_build_info', labels: [String(PROTOCOL_VERSION)], value: 1 },
  ];
  return gatherFamilies(told, deployment);
}

async function collectAccount(env: Env, account: AccountKey, endsAt: number): Promise<AccountSamples> {
  const lists = await Promise.all([
    ask('account', endsAt, () => accountOf(env, account).metrics.read()),
    ask('fleet', endsAt, () => fleetOf(env, account).metrics()),
    ask('installation', endsAt, () => installationOf(env, account).metrics()),
  ]);
  return { account, samples: lists.flat() };
}

async function ask(source: string, endsAt: number, read: () => PromiseLike<Sample[]>): Promise<Sample[]> {
  const leftMs = Math.min(SOURCE_DEADLINE_MS, endsAt - Date.now());
  const samples = leftMs > 0 ? await withDeadline(read(), leftMs, source).catch(() => null) : null;
  return [...(samples ?? []), gauge('signalbox_source_up', [source], samples === null ? 0 : 1)];
}
