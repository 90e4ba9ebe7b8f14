import type { Role } from '../../protocol/access.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import { configOf } from '../config.ts';
import { notFoundProblem, ProblemError } from '../http/problem.ts';
import type { AppContext } from '../http/route.ts';
import { type Caller, mustReachAccount } from './caller.ts';

/**
 * The account that a call is about, for what belongs to an account as a whole: the one that was asked for, or the only
 * one that the caller reaches; whoever holds the admin key means the deployment's own.
 *
 * @throws ProblemError 422 when it must be named; 404 or 403 when the caller may not do this there
 */
export function accountFor(
  c: AppContext,
  caller: Caller,
  asked: AccountKey | null | undefined,
  needed: Role,
): AccountKey {
  const account = asked ?? onlyAccount(c, caller);
  mustReachAccount(caller, account, needed);
  return account;
}

/**
 * The same for lists in which everybody sees what he reaches: no role is asked for, but an account of which somebody
 * reaches nothing is not there for him.
 *
 * @throws ProblemError 422 when it must be named; 404 when the caller reaches nothing of it
 */
export function accountNamed(c: AppContext, caller: Caller, asked: AccountKey | undefined): AccountKey {
  const account = asked ?? onlyAccount(c, caller);
  const { reach } = caller;
  if (reach.kind === 'deployment' || reach.accounts.some((one) => one.account === account)) return account;
  throw notFoundProblem(`account ${account}`);
}

function onlyAccount(c: AppContext, { reach }: Caller): AccountKey {
  if (reach.kind === 'deployment') return configOf(c.env).defaultAccount;
  const [only, ...others] = reach.accounts;
  if (only !== undefined && others.length === 0) return only.account;
  const names = reach.accounts.map(({ account }) => account).join(', ');
  throw new ProblemError(422, 'account_needed', {
    title: 'The account is not named',
    detail: `You reach ${reach.accounts.length} accounts (${names}); the call does not say which one it is about.`,
    remedy: 'Add "account", such as ?account=github:123.',
  });
}
