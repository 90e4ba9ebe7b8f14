import type { AccountKey } from '../../protocol/ids.ts';
import type { MemberRole } from '../../protocol/people.ts';
import { accountOf } from '../account/account-of.ts';
import { configOf } from '../config.ts';
import type { Env } from '../env.ts';
import type { PersonAccess } from '../github/read-person-access.ts';
import type { AccountReach, Reach } from './reach.ts';

/** How long an isolate goes without asking again; so long somebody may keep a role that was taken from him. */
const RECHECK_MS = 5_000;

/** Far above the people who look at a page at once; then everybody is asked about anew. */
const MAX_KNOWN = 1_000;

export type PersonReach =
  | { status: 'known'; login: string; reach: Reach }
  | { status: 'signed_out' }
  | { status: 'unavailable' };

const known = new Map<number, { found: PersonReach; atMs: number }>();

/** What somebody who signed in with GitHub reaches: what GitHub gives him, and what admins have set instead. */
export async function personReach(env: Env, id: number, nowMs: number): Promise<PersonReach> {
  const before = known.get(id);
  if (before !== undefined && nowMs - before.atMs < RECHECK_MS) return before.found;
  const found = await askForReach(env, id);
  if (known.size >= MAX_KNOWN) known.clear();
  if (found.status === 'known') known.set(id, { found, atMs: nowMs });
  else known.delete(id);
  return found;
}

/** Somebody's role was changed: this isolate asks anew. */
export function forgetReach(id: number): void {
  known.delete(id);
}

async function askForReach(env: Env, id: number): Promise<PersonReach> {
  const answer = await accountOf(env, `github:${id}`).person.access();
  if (answer.status !== 'known') return answer;
  const { login, access } = answer;
  const { defaultAccount } = configOf(env);
  const roles = new Map<AccountKey, MemberRole | null>(
    await Promise.all(
      access.map(async ({ account, role }) => {
        const set = await accountOf(env, account).members.meet({ id, login, role });
        return [account, set] as const;
      }),
    ),
  );
  if (!roles.has(defaultAccount)) {
    roles.set(defaultAccount, await accountOf(env, defaultAccount).members.roleOf(id));
  }
  return { status: 'known', login, reach: judgeReach(access, roles) };
}

/**
 * A role that an admin has set holds for the account and for those of its repositories that GitHub shows to the
 * person, never for others. `none` takes everything.
 */
export function judgeReach(
  access: readonly PersonAccess[],
  set: ReadonlyMap<AccountKey, MemberRole | null>,
): Reach {
  const given = access.map(({ account, role, repositories }): AccountReach => {
    const listed = repositories === 'all' ? repositories : new Map(repositories);
    return { account, role, repositories: listed };
  });
  const others = [...set.keys()]
    .filter((account) => !access.some((one) => one.account === account))
    .map((account): AccountReach => {
      // The account of one machine has nothing on GitHub that could be read there.
      return { account, role: null, repositories: account === 'local' ? 'all' : new Map() };
    });
  const accounts = [...given, ...others].flatMap((one) => withRole(one, set.get(one.account) ?? null));
  return { kind: 'accounts', accounts };
}

function withRole(one: AccountReach, set: MemberRole | null): AccountReach[] {
  if (set === 'none') return [];
  if (set === null) return one.role === null && isEmpty(one) ? [] : [one];
  const { account, repositories } = one;
  if (repositories === 'all') return [{ account, role: set, repositories }];
  return [{ account, role: set, repositories: new Map([...repositories.keys()].map((id) => [id, set])) }];
}

const isEmpty = ({ repositories }: AccountReach) => repositories === 'all' || repositories.size === 0;
