import { and, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { AccountKey } from '../../protocol/ids.ts';
import type { UsageGroup, UsageRow, UsageSums } from '../../protocol/usage-report.ts';
import type { Reach } from '../access/reach.ts';
import { visibleTo } from '../access/visible-to.ts';
import type { RecordDb } from './open-record.ts';
import { repositories, sessions, tasks, usage } from './schema.ts';
import { usageDays } from './tables/usage-days.ts';

const DAY_MS = 86_400_000;

export type UsageFilter = {
  account: AccountKey;
  reach: Reach;
  /** ms since 1970. */
  fromMs: number;
  toMs: number;
  repository?: number | undefined;
  requester?: string | undefined;
  model?: string | undefined;
};

export type UsageResult = { rows: UsageRow[]; total: UsageSums; more: boolean };

/** Requests name tasks; nobody reads a whole one in a report. */
const MAX_NAME_CHARS = 200;

/** What was used, summed up by one thing: days in their order, all else the most expensive first. */
export async function reportUsage(
  db: RecordDb,
  by: UsageGroup,
  filter: UsageFilter,
  limit: number,
): Promise<UsageResult> {
  type Row = UsageRow & { isTotal: number; group: string | number };
  const found = await db.all<Row>(usageQuery(by, filter, limit + 1));
  const rows = found
    .filter((row) => row.isTotal === 0)
    .map(({ isTotal: _isTotal, ...row }) => ({ ...row, group: groupName(by, row.group) }));
  const total = found.find((row) => row.isTotal === 1);
  return { rows: rows.slice(0, limit), total: sumsIn(total), more: rows.length > limit };
}

/**
 * The first groups, and the total of all as a last row: what is added up is read once. Names are looked up for the rows
 * that are shown alone. Exported for the test that looks at its plan.
 */
export function usageQuery(by: UsageGroup, filter: UsageFilter, limit: number): SQL {
  const { table, key, name } = groupOf(by);
  const order = by === 'day' ? sql`"group"` : sql`"costUsd" DESC, "group"`;
  const sums = list(SUMS.map((sum) => sql`coalesce(sum(${table[sum]}), 0) AS ${sql.identifier(sum)}`));
  const totals = list(SUMS.map((sum) => sql`coalesce(sum(${sql.identifier(sum)}), 0)`));
  return sql`WITH sums AS MATERIALIZED (
      SELECT ${key} AS "group", ${sums} FROM ${table} WHERE ${whereOf(table, filter)} GROUP BY 1
    )
    SELECT * FROM (
      SELECT 0 AS "isTotal", top.*, ${name} AS name FROM (SELECT * FROM sums ORDER BY ${order} LIMIT ${limit}) AS top
      ORDER BY ${order}
    )
    UNION ALL SELECT 1, NULL, ${totals}, NULL FROM sums`;
}

const SUMS = [
  'turns',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'costUsd',
  'durationMs',
] as const satisfies readonly (keyof UsageSums)[];

const list = (parts: readonly SQL[]): SQL => sql.join([...parts], sql`, `);

function sumsIn(row: UsageSums | undefined): UsageSums {
  const of = (sum: keyof UsageSums) => row?.[sum] ?? 0;
  return {
    turns: of('turns'),
    inputTokens: of('inputTokens'),
    outputTokens: of('outputTokens'),
    cacheReadTokens: of('cacheReadTokens'),
    cacheWriteTokens: of('cacheWriteTokens'),
    costUsd: of('costUsd'),
    durationMs: of('durationMs'),
  };
}

type UsageTable = typeof usage | typeof usageDays;

/** Turns are added up by day as they come; only who asks for sessions or tasks needs the turns themselves. */
function groupOf(by: UsageGroup): { table: UsageTable; key: SQL; name: SQL } {
  const nameless = sql`NULL`;
  switch (by) {
    case 'day':
      return { table: usageDays, key: sql`${usageDays.day}`, name: nameless };
    case 'model':
      return { table: usageDays, key: sql`${usageDays.model}`, name: nameless };
    case 'requester':
      return { table: usageDays, key: sql`${usageDays.requesterLogin}`, name: nameless };
    case 'repository': {
      const { id, owner, name } = repositories;
      const known = sql`(SELECT ${owner} || '/' || ${name} FROM ${repositories} WHERE ${id} = top."group")`;
      return { table: usageDays, key: sql`${usageDays.repositoryKey}`, name: known };
    }
    case 'session': {
      const title = sql`(SELECT ${sessions.title} FROM ${sessions} WHERE ${sessions.id} = top."group")`;
      return { table: usage, key: sql`${usage.sessionId}`, name: title };
    }
    case 'task': {
      const request = sql`(SELECT substr(${tasks.request}, 1, ${MAX_NAME_CHARS}) FROM ${tasks} WHERE ${tasks.id} = top."group")`;
      return { table: usage, key: sql`${usage.taskId}`, name: request };
    }
  }
}

function whereOf(table: UsageTable, filter: UsageFilter): SQL | undefined {
  const { account, reach, fromMs, toMs, repository, requester, model } = filter;
  const inTime =
    table === usageDays
      ? and(gte(usageDays.day, Math.floor(fromMs / DAY_MS)), lt(usageDays.day, Math.ceil(toMs / DAY_MS)))
      : and(gte(usage.at, fromMs), lt(usage.at, toMs));
  return and(
    eq(table.account, account),
    inTime,
    visibleTo(reach, table, account),
    repository === undefined ? undefined : eq(table.repositoryId, repository),
    requester === undefined ? undefined : eq(table.requesterLogin, requester),
    model === undefined ? undefined : eq(table.model, model),
  );
}

function groupName(by: UsageGroup, key: string | number): string {
  if (by === 'day') return new Date(Number(key) * DAY_MS).toISOString().slice(0, 10);
  if (by === 'repository') return key === 0 ? 'none' : String(key);
  return key === '' ? 'unknown' : String(key);
}
