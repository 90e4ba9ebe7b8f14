import { and, type Column, eq, or, type SQL, sql } from 'drizzle-orm';
import { isAtLeast, type Role } from '../../protocol/access.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import type { AccountReach, Reach } from './reach.ts';

/** Where a table says what a row belongs to. */
export type BelongsColumns = { account: Column; repositoryId: Column };

/**
 * The rows that somebody may see, as a condition for a list: what `mustReach` says of a single thing.
 *
 * @param account of one account only; null for every account that is reached. With it the condition begins with
 * `account = …`, so that an index by account serves it
 * @returns undefined when there is nothing to leave out
 */
export function visibleTo(
  reach: Reach,
  columns: BelongsColumns,
  account: AccountKey | null = null,
  needed: Role = 'viewer',
): SQL | undefined {
  if (reach.kind === 'deployment') return account === null ? undefined : eq(columns.account, account);
  const within = reach.accounts.filter((one) => account === null || one.account === account);
  const parts = within.flatMap((one) => ofAccount(one, columns, needed) ?? []);
  return parts.length === 0 ? sql`0` : or(...parts);
}

function ofAccount(
  { account, role, repositories }: AccountReach,
  columns: BelongsColumns,
  needed: Role,
): SQL | undefined | null {
  const own = eq(columns.account, account);
  const hasAccount = role !== null && isAtLeast(role, needed);
  if (repositories === 'all') return hasAccount ? own : null;
  const ids = [...repositories].filter(([, one]) => isAtLeast(one, needed)).map(([id]) => id);
  if (ids.length === 0) return hasAccount ? and(own, sql`${columns.repositoryId} IS NULL`) : null;
  // One parameter however many they are.
  const listed = sql`${columns.repositoryId} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  return and(own, hasAccount ? sql`(${columns.repositoryId} IS NULL OR ${listed})` : listed);
}
