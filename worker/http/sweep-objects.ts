import type { AccountKey, SessionId } from '../../protocol/ids.ts';
import { configOf } from '../config.ts';
import type { Env } from '../env.ts';
import { listAccounts } from '../record/list-accounts.ts';
import { listBusySessions } from '../record/list-busy-sessions.ts';
import { openRecord } from '../record/open-record.ts';
import { fleetOf, installationOf, sessionOf } from './durable-objects.ts';

/** As often as the cron in wrangler.toml rings. */
const SWEEP_INTERVAL_MS = 10 * 60_000;

/** A scheduled Worker may make 1,000 calls; other jobs need some too. */
const MAX_SESSIONS = 500;
const MAX_ACCOUNTS = 100;
/** Names alone are cheap; a deployment of more accounts than this has others to look after it. */
const MAX_KNOWN_ACCOUNTS = 10_000;
const AT_ONCE = 20;

/**
 * Calls objects whose alarm may be lost: the platform gives up an alarm whose handler threw too often, and nothing
 * else would ever wake a task whose runner is gone. Each object looks after its own deadlines.
 */
export async function sweepObjects(
  env: Env,
  nowMs: number,
): Promise<{ sessions: number; accounts: number; failed: number }> {
  const db = openRecord(env);
  const { defaultAccount } = configOf(env);
  // Without the record the deployment's own account is still looked after.
  const turn = Math.floor(nowMs / SWEEP_INTERVAL_MS);
  const known = await listAccounts(db, MAX_KNOWN_ACCOUNTS).catch(() => []);
  const accounts = [...new Set([defaultAccount, ...accountsOfTurn(known, turn)])];
  const byAccount = await sweepAccounts(env, accounts);
  const sessions = await listBusySessions(db, turn, MAX_SESSIONS);
  const bySession = await sweepSessions(env, sessions);
  return { sessions: sessions.length, accounts: accounts.length, failed: byAccount + bySession };
}

/** The objects of these accounts, but for their sessions. @returns how many calls failed */
export function sweepAccounts(env: Env, accounts: readonly AccountKey[]): Promise<number> {
  return inBatches(
    accounts.flatMap((account) => [
      () => fleetOf(env, account).sweep(),
      () => installationOf(env, account).sweep(),
      () => env.ACCOUNT.get(env.ACCOUNT.idFromName(account)).sweep(),
    ]),
  );
}

/** @returns how many calls failed */
export function sweepSessions(env: Env, ids: readonly SessionId[]): Promise<number> {
  return inBatches(ids.map((id) => () => sessionOf(env, id).sweep()));
}

/** So many of the accounts that turn after turn each of them comes. */
export function accountsOfTurn(accounts: readonly AccountKey[], turn: number): readonly AccountKey[] {
  const turns = Math.max(1, Math.ceil(accounts.length / MAX_ACCOUNTS));
  const start = (turn % turns) * MAX_ACCOUNTS;
  return accounts.slice(start, start + MAX_ACCOUNTS);
}

/** @returns how many calls failed. */
async function inBatches(calls: readonly (() => PromiseLike<unknown>)[]): Promise<number> {
  let failed = 0;
  for (let start = 0; start < calls.length; start += AT_ONCE) {
    const results = await Promise.allSettled(calls.slice(start, start + AT_ONCE).map((call) => call()));
    failed += results.filter(({ status }) => status === 'rejected').length;
  }
  return failed;
}
