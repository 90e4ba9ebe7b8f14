import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { USAGE_GROUPS, type UsageGroup } from '../../protocol/usage-report.ts';
import type { RecordDb } from './open-record.ts';
import { reportUsage, type UsageFilter, usageQuery } from './report-usage.ts';
import type { RecordRow } from './rows.ts';
import { makeRepository, makeSession, openEmptyRecord } from './testing/record-fixtures.ts';
import { writeRecord } from './write-record.ts';

const ACCOUNT = 'github:970201';
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.parse('2026-11-01');

type Turn = {
  session: string;
  at: number;
  usd: number;
  repository?: number;
  requester?: string;
  model?: string;
};

let eventId = 0;
function turn({ session, at, usd, repository, requester, model }: Turn): RecordRow {
  eventId += 1;
  return {
    table: 'usage',
    row: {
      sessionId: session,
      eventId,
      taskId: `${session}.1`,
      account: ACCOUNT,
      repositoryId: repository ?? null,
      requesterLogin: requester ?? null,
      model: model ?? null,
      turns: 2,
      inputTokens: 10,
      outputTokens: 20,
      cacheReadTokens: 30,
      cacheWriteTokens: 40,
      costUsd: usd,
      durationMs: 5,
      at,
    },
  };
}

const TURNS = [
  turn({ session: 'a', at: FIRST_DAY, usd: 1, repository: 5, requester: 'mona', model: 'opus' }),
  turn({ session: 'a', at: FIRST_DAY + DAY_MS, usd: 2, repository: 5, requester: 'hubot', model: 'opus' }),
  turn({
    session: 'b',
    at: FIRST_DAY + DAY_MS + 1,
    usd: 4,
    repository: 6,
    requester: 'mona',
    model: 'sonnet',
  }),
  turn({ session: 'c', at: FIRST_DAY + 2 * DAY_MS, usd: 8 }),
];

const EVERYTHING: UsageFilter = {
  account: ACCOUNT,
  reach: { kind: 'deployment' },
  fromMs: FIRST_DAY,
  toMs: FIRST_DAY + 3 * DAY_MS,
};

let db: RecordDb;

beforeEach(async () => {
  db = await openEmptyRecord();
  await writeRecord(db, [
    makeSession('a', 1, { account: ACCOUNT, title: 'Mend the door' }),
    { table: 'repositories', row: makeRepository(5) },
    ...TURNS,
  ]);
});

async function costs(by: UsageGroup, over: Partial<UsageFilter> = {}, limit = 10) {
  const { rows } = await reportUsage(db, by, { ...EVERYTHING, ...over }, limit);
  return rows.map(({ group, costUsd }) => [group, costUsd]);
}

describe('usage', () => {
  it('is summed up by each thing, days in their order and all else the most expensive first', async () => {
    expect(await costs('day')).toEqual([
      ['2026-11-01', 1],
      ['2026-11-02', 6],
      ['2026-11-03', 8],
    ]);
    expect(await costs('model')).toEqual([
      ['unknown', 8],
      ['sonnet', 4],
      ['opus', 3],
    ]);
    expect(await costs('requester')).toEqual([
      ['unknown', 8],
      ['mona', 5],
      ['hubot', 2],
    ]);
    expect(await costs('repository')).toEqual([
      ['none', 8],
      ['6', 4],
      ['5', 3],
    ]);
    expect(await costs('session')).toEqual([
      ['c', 8],
      ['b', 4],
      ['a', 3],
    ]);
    expect(await costs('task', {}, 1)).toEqual([['c.1', 8]]);
  });

  it('names what has a name, and totals also the rows that are not shown', async () => {
    const report = await reportUsage(db, 'session', { ...EVERYTHING, repository: 5 }, 10);
    const sums = {
      turns: 4,
      inputTokens: 20,
      outputTokens: 40,
      cacheReadTokens: 60,
      cacheWriteTokens: 80,
      costUsd: 3,
      durationMs: 10,
    };
    expect(report).toEqual({
      rows: [{ group: 'a', name: 'Mend the door', ...sums }],
      total: sums,
      more: false,
    });
    const [named] = (await reportUsage(db, 'repository', { ...EVERYTHING, repository: 5 }, 1)).rows;
    expect(named).toMatchObject({ group: '5', name: 'octo/app' });
    expect(await reportUsage(db, 'day', EVERYTHING, 1)).toMatchObject({ total: { costUsd: 15 }, more: true });
    expect(await reportUsage(db, 'day', { ...EVERYTHING, account: 'local' }, 1)).toMatchObject({
      rows: [],
      total: { costUsd: 0, turns: 0 },
    });
  });

  it.each(USAGE_GROUPS)('by %s is that of the time, person, model and repositories asked for', async (by) => {
    const total = async (over: Partial<UsageFilter>) =>
      (await reportUsage(db, by, { ...EVERYTHING, ...over }, 10)).total.costUsd;
    expect(await total({ fromMs: FIRST_DAY + DAY_MS, toMs: FIRST_DAY + 2 * DAY_MS })).toBe(6);
    expect(await total({ requester: 'mona' })).toBe(5);
    expect(await total({ model: 'opus' })).toBe(3);
    const reach = {
      kind: 'accounts',
      accounts: [{ account: ACCOUNT, role: null, repositories: new Map([[6, 'viewer'] as const]) }],
    } as const;
    expect(await total({ reach })).toBe(4);
  });

  it('counts a turn once, however often it is recorded', async () => {
    await writeRecord(db, TURNS);
    for (const row of TURNS) await writeRecord(db, [row]);
    expect((await reportUsage(db, 'day', EVERYTHING, 10)).total.costUsd).toBe(15);
  });

  it.each(USAGE_GROUPS)('by %s is found through an index by account and time', async (by) => {
    const steps = await db.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${usageQuery(by, EVERYTHING, 10)}`);
    const plan = steps.map(({ detail }) => detail).join('\n');
    expect(plan.match(/SEARCH usage(?:_days)? /g)).toHaveLength(1);
    expect(plan).toMatch(
      /SEARCH usage(?:_days)? USING (?:INDEX \w+|PRIMARY KEY) \(account=\? AND (?:day|at)>\? AND (?:day|at)<\?\)/,
    );
    expect(plan).not.toMatch(/SCAN (?!top|sums|\(subquery)/);
  });
});
