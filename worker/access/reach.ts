import { isAtLeast, type Role } from '../../protocol/access.ts';
import type { AccountKey } from '../../protocol/ids.ts';

/** What somebody reaches in one account. */
export type AccountReach = {
  account: AccountKey;
  /** For what belongs to no repository: runners, settings, folders on a runner. Null: none of it. */
  role: Role | null;
  /** `all`: every repository, with `role`. Else by GitHub's numeric id; what is not listed is out of reach. */
  repositories: 'all' | ReadonlyMap<number, Role>;
};

/** `deployment`: everything, as the holder of the admin key. */
export type Reach = { kind: 'deployment' } | { kind: 'accounts'; accounts: readonly AccountReach[] };

/** What a thing belongs to. Sessions in folders, runners and settings belong to no repository. */
export type Belongs = {
  account: AccountKey;
  repositoryId: number | null;
  /** More repositories that it shows: whoever may not see one of them may not see it. */
  others?: readonly number[];
};

/** The role that somebody has for a thing; null when it must not even be known to be there. */
export function roleFor(reach: Reach, { account, repositoryId, others = [] }: Belongs): Role | null {
  const first = roleForOne(reach, account, repositoryId);
  return others.reduce<Role | null>((least, id) => {
    const role = roleForOne(reach, account, id);
    if (least === null || role === null) return null;
    return isAtLeast(role, least) ? least : role;
  }, first);
}

function roleForOne(reach: Reach, account: AccountKey, repositoryId: number | null): Role | null {
  if (reach.kind === 'deployment') return 'admin';
  const within = reach.accounts.find((one) => one.account === account);
  if (within === undefined) return null;
  if (repositoryId === null || within.repositories === 'all') return within.role;
  return within.repositories.get(repositoryId) ?? null;
}

/** Whether there is anything at all for which somebody has at least this role. */
export function reachesAnything(reach: Reach, needed: Role): boolean {
  if (reach.kind === 'deployment') return true;
  return reach.accounts.some(({ role, repositories }) => {
    const roles = repositories === 'all' ? [role] : [role, ...repositories.values()];
    return roles.some((one) => one !== null && isAtLeast(one, needed));
  });
}
