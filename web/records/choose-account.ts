import { isAtLeast, type Role } from '../../protocol/access.ts';
import { type AccountKey, accountKeySchema } from '../../protocol/ids.ts';
import type { MeAnswer } from '../../protocol/people.ts';

/** An account as its reader reaches it. */
export type ReachedAccount = {
  /** Undefined: the deployment's own. */
  account: AccountKey | undefined;
  /** For what belongs to the account as a whole; null: single repositories only. */
  role: Role | null;
  /** The most that the reader may do anywhere in it. */
  bestRole: Role | null;
};

/** Every account that somebody reaches. */
export function reachedAccounts({ isDeploymentAdmin, accounts }: MeAnswer): ReachedAccount[] {
  if (isDeploymentAdmin) return [{ account: undefined, role: 'admin', bestRole: 'admin' }];
  return accounts.map(({ account, role, repositories }) => {
    const roles = repositories === 'all' ? [role] : [role, ...repositories.map((one) => one.role)];
    return { account, role, bestRole: roles.reduce(better, null) };
  });
}

function better(one: Role | null, other: Role | null): Role | null {
  if (one === null || other === null) return one ?? other;
  return isAtLeast(one, other) ? one : other;
}

/** The account that the address names (`?account=`), or the first. Null: nothing is reached. */
export function chosenAccount(reached: readonly ReachedAccount[], search: string): ReachedAccount | null {
  const named = new URLSearchParams(search).get('account');
  const [first] = reached;
  // Whoever runs the deployment reaches accounts that nobody lists.
  if (first?.account === undefined && accountKeySchema.safeParse(named).success) {
    return first === undefined ? null : { ...first, account: named ?? undefined };
  }
  return reached.find(({ account }) => account === named) ?? reached[0] ?? null;
}

/** Whether somebody with a role may do what another is needed for. */
export const may = (role: Role | null, needed: Role): boolean => role !== null && isAtLeast(role, needed);
