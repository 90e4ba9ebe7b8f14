import type { AccountKey } from '../../protocol/ids.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { accountOf } from '../account/account-of.ts';
import type { Env } from '../env.ts';
import { fleetOf, installationOf } from '../http/durable-objects.ts';
import { withDeadline } from '../with-deadline.ts';
import { type AccountSamples, type DeploymentSample, gatherFamilies } from './gather-families.ts';
import { gauge, type Sample } from './observation.ts';
import type { Family } from './write-exposition.ts';

/** Prometheus gives up after 10 s; what answers in time is shown without the rest. */
const SOURCE_DEADLINE_MS = 5_000;

/** Each account is three calls. */
const ACCOUNTS_AT_ONCE = 20;

/** All metrics of these accounts. No session is asked: each has told its account's object. */
export async function collectMetrics(
  env: Env,
  accounts: readonly AccountKey[],
  recordUp: boolean,
): Promise<Family[]> {
  const told: AccountSamples[] = [];
  for (let start = 0; start < accounts.length; start += ACCOUNTS_AT_ONCE) {
    const batch = accounts.slice(start, start + ACCOUNTS_AT_ONCE);
    told.push(...(await Promise.all(batch.map((account) => collectAccount(env, account)))));
  }
  const deployment: DeploymentSample[] = [
    { name: 'signalbox_accounts', labels: [], value: accounts.length },
    { name: 'signalbox_record_up', labels: [], value: recordUp ? 1 : 0 },
    { name: 'signalbox_build_info', labels: [String(PROTOCOL_VERSION)], value: 1 },
  ];
  return gatherFamilies(told, deployment);
}

async function collectAccount(env: Env, account: AccountKey): Promise<AccountSamples> {
  const lists = await Promise.all([
    ask('account', accountOf(env, account).metrics.read()),
    ask('fleet', fleetOf(env, account).metrics()),
    ask('installation', installationOf(env, account).metrics()),
  ]);
  return { account, samples: lists.flat() };
}

async function ask(source: string, answer: PromiseLike<Sample[]>): Promise<Sample[]> {
  try {
    const samples = await withDeadline(answer, SOURCE_DEADLINE_MS, source);
    return [...samples, gauge('signalbox_source_up', [source], 1)];
  } catch {
    return [gauge('signalbox_source_up', [source], 0)];
  }
}
