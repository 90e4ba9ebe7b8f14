import { isAtLeast, type Role } from '../../protocol/access.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import type { MessageSource, Person } from '../../protocol/task.ts';
import { forbiddenProblem, notFoundProblem } from '../http/problem.ts';
import { type Belongs, type Reach, roleFor } from './reach.ts';

/** What proved who calls, as the audit log names it; never the secret itself. */
export type Proof =
  | { kind: 'admin_key' }
  /** METRICS_TOKEN: for /metrics alone. */
  | { kind: 'metrics_token' }
  | { kind: 'browser'; sessionId: string }
  | { kind: 'api_key'; id: string; name: string; expiresAt: number | null };

/** Somebody, or some program, whose request is believed. */
export type Caller = {
  person: Person;
  source: MessageSource;
  proof: Proof;
  reach: Reach;
};

/**
 * Refuses who may not do this to that thing.
 *
 * @param what names the thing as in "There is no …": who does not reach it must not learn that it exists
 * @throws ProblemError 404 for what is out of reach, 403 for what may be seen but not done
 */
export function mustReach(caller: Caller, thing: Belongs, needed: Role, what: string): void {
  const role = roleFor(caller.reach, thing);
  if (role === null) throw notFoundProblem(what);
  if (isAtLeast(role, needed)) return;
  throw forbiddenProblem(
    `This needs the role "${needed}"; yours is "${role}" here.`,
    `Ask an admin of ${thing.account} for it, or have somebody with that role do it.`,
  );
}

/**
 * The same for what belongs to an account as a whole. Who reaches some repositories of it knows that it exists.
 * @throws ProblemError
 */
export function mustReachAccount(caller: Caller, account: AccountKey, needed: Role): void {
  const { reach } = caller;
  const thing = { account, repositoryId: null };
  const knowsIt = reach.kind === 'accounts' && reach.accounts.some((one) => one.account === account);
  if (knowsIt && roleFor(reach, thing) === null) {
    throw forbiddenProblem(
      `This belongs to ${account} as a whole; you reach only some of its repositories.`,
      `Ask an admin of ${account} for the role "${needed}" in the account.`,
    );
  }
  mustReach(caller, thing, needed, `account ${account}`);
}
