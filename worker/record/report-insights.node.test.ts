import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { INSIGHT_GROUPS, type InsightGroup } from '../../protocol/insights.ts';
import { taskOptionsSchema } from '../../protocol/task-options.ts';
import type { TaskState } from '../../protocol/task-state.ts';
import { type InsightsFilter, insightsQuery } from './insights-query.ts';
import type { RecordDb } from './open-record.ts';
import { reportInsights } from './report-insights.ts';
import type { RecordRow } from './rows.ts';
import { makeRepository, makeSession, openEmptyRecord } from './testing/record-fixtures.ts';
import { writeRecord } from './write-record.ts';

const ACCOUNT = 'github:970211';
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.parse('2026-11-01');

type Done = {
  session: string;
  account?: string;
  number?: number;
  state: TaskState;
  requester?: string;
  request?: string;
  endedAt: number;
  minutes?: number | null;
  queueMs?: number;
  usd?: number;
};

function task({
  session,
  number = 1,
  state,
  endedAt,
  minutes = 3,
  queueMs = 2_000,
  ...more
}: Done): RecordRow {
  const startedAt = minutes === null ? null : endedAt - minutes * 60_000;
  return {
    table: 'tasks',
    row: {
      id: `${session}.${number}`,
      sessionId: session,
      number,
      name: null,
      account: more.account ?? ACCOUNT,
      state,
      stateSince: endedAt,
      request: more.request ?? 'Mend it',
      source: 'github',
      requesterLogin: more.requester ?? 'mona',
      requesterId: null,
      options: taskOptionsSchema.parse({}),
      epoch: 1,
      runnerId: null,
      runnerName: null,
      ...{ inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
      costUsd: more.usd ?? 0.2,
      ...{ branch: null, commitSha: null, pullNumber: null, pullUrl: null, summary: null, failure: null },
      ...{ rescueRef: null, rescues: null },
      createdAt: (startedAt ?? endedAt) - queueMs,
      startedAt,
      endedAt,
      updatedAt: endedAt,
    },
  };
}

const turn = (session: string, eventId: number, model: string, costUsd: number): RecordRow => ({
  table: 'usage',
  row: {
    ...{ sessionId: session, eventId, taskId: `${session}.1`, account: ACCOUNT, repositoryId: null },
    ...{ requesterLogin: 'mona', model, turns: 1, inputTokens: 1, outputTokens: 1 },
    ...{ cacheReadTokens: 0, cacheWriteTokens: 0, costUsd, durationMs: 1, at: FIRST_DAY },
  },
});

const call = (session: string, toolUseId: string, tool: string, status: 'ok' | 'error'): RecordRow[] => {
  const key = { sessionId: session, taskId: `${session}.1`, toolUseId };
  return [
    { table: 'command_started', row: { ...key, tool, input: 'x', inputCut: false, startedAt: 1 } },
    {
      table: 'command_ended',
      row: { ...key, result: 'y', resultCut: false, status, durationMs: 40, endedAt: 2 },
    },
  ];
};

const EVERYTHING: InsightsFilter = {
  account: ACCOUNT,
  reach: { kind: 'deployment' },
  fromMs: FIRST_DAY,
  toMs: FIRST_DAY + 3 * DAY_MS,
};

let db: RecordDb;
beforeEach(async () => {
  db = await openEmptyRecord();
  await writeRecord(db, [
    { table: 'repositories', row: makeRepository(5) },
    makeSession('a', 1, { account: ACCOUNT, repositoryId: 5 }),
    makeSession('b', 1, { account: ACCOUNT, repositoryId: 6 }),
    makeSession('c', 1, { account: ACCOUNT }),
    makeSession('d', 1, { account: 'local' }),
    task({ session: 'a', state: 'failed', endedAt: FIRST_DAY, minutes: 1, usd: 0.02 }),
    task({ session: 'a', number: 2, state: 'completed', endedAt: FIRST_DAY + 1, minutes: 15, usd: 2 }),
    task({
      session: 'a',
      number: 3,
      state: 'completed',
      request: 'Something else',
      endedAt: FIRST_DAY + 2 * DAY_MS,
      queueMs: 90_000,
    }),
    task({ session: 'b', state: 'exhausted', requester: 'hubot', endedAt: FIRST_DAY + 2 * DAY_MS }),
    task({ session: 'c', state: 'cancelled', requester: 'hubot', endedAt: FIRST_DAY, minutes: null, usd: 0 }),
    task({ session: 'c', number: 2, state: 'completed', endedAt: FIRST_DAY + 3 * DAY_MS }),
    task({ session: 'd', state: 'completed', endedAt: FIRST_DAY, account: 'local' }),
    turn('a', 1, 'sonnet', 0.005),
    turn('a', 2, 'opus', 0.01),
    turn('b', 1, 'sonnet', 0.2),
    ...call('a', '1', 'Bash', 'ok'),
    ...call('a', '2', 'Bash', 'error'),
    ...call('b', '1', 'Read', 'ok'),
    ...call('d', '1', 'Edit', 'ok'),
  ]);
});

const of = (by: InsightGroup, over: Partial<InsightsFilter> = {}, limit = 10) =>
  reportInsights(db, by, { ...EVERYTHING, ...over }, limit);
const groupsOf = async (by: InsightGroup, over: Partial<InsightsFilter> = {}) =>
  (await of(by, over)).groups.map(({ group, name, tasks }) => [group, name, tasks]);

const NONE = { completed: 0, rejected: 0, failed: 0, cancelled: 0, stopped: 0, exhausted: 0 };

describe('insights', () => {
  it('count the tasks that ended in the period by outcome, each day of it, and the retries that were completed', async () => {
    const { total, days } = await of('repository');
    expect(total).toMatchObject({
      tasks: 5,
      outcomes: { ...NONE, completed: 2, failed: 1, cancelled: 1, exhausted: 1 },
      retries: { tasks: 1, completed: 1 },
    });
    expect(days).toEqual([
      { day: '2026-11-01', outcomes: { ...NONE, failed: 1, completed: 1, cancelled: 1 } },
      { day: '2026-11-02', outcomes: NONE },
      { day: '2026-11-03', outcomes: { ...NONE, completed: 1, exhausted: 1 } },
    ]);
  });

  it('give the median, the 95th percentile and the distribution of durations, queue times and costs', async () => {
    const { total, durationMs, queueMs, taskUsd } = await of('requester', {
      requester: 'mona',
      repository: 5,
    });
    const minutes = 60_000;
    expect(total).toMatchObject({
      durationMs: { median: 3 * minutes, p95: 15 * minutes },
      queueMs: { median: 2_000, p95: 90_000 },
      taskUsd: { median: 0.2, p95: 2 },
    });
    const filled = (bars: { below: number | null; tasks: number }[]) =>
      bars.filter(({ tasks }) => tasks > 0).map(({ below, tasks }) => [below, tasks]);
    expect(filled(durationMs)).toEqual([
      [2 * minutes, 1],
      [5 * minutes, 1],
      [20 * minutes, 1],
    ]);
    expect(filled(queueMs)).toEqual([
      [5_000, 2],
      [5 * minutes, 1],
    ]);
    expect(filled(taskUsd)).toEqual([
      [0.05, 1],
      [0.25, 1],
      [2.5, 1],
    ]);
    const never = await of('requester', { requester: 'hubot', toMs: FIRST_DAY + 1 });
    expect(never.total).toMatchObject({ tasks: 1, durationMs: { median: null, p95: null } });
  });

  it('are told apart by repository, person and model, those with the most tasks first', async () => {
    expect(await groupsOf('repository')).toEqual([
      ['5', 'octo/app', 3],
      ['none', null, 1],
      ['6', null, 1],
    ]);
    expect(await groupsOf('requester')).toEqual([
      ['mona', null, 3],
      ['hubot', null, 2],
    ]);
    expect(await groupsOf('model')).toEqual([
      ['unknown', null, 3],
      ['opus', null, 1],
      ['sonnet', null, 1],
    ]);
    expect(await groupsOf('model', { model: 'opus' })).toEqual([['opus', null, 1]]);
    expect(await of('requester', {}, 1)).toMatchObject({
      groups: [{ group: 'mona', outcomes: { completed: 2, failed: 1 } }],
      more: true,
      total: { tasks: 5 },
    });
  });

  it('count what Claude called in these tasks', async () => {
    expect((await of('model')).tools).toEqual([
      { tool: 'Bash', calls: 2, errors: 1, durationMs: 80 },
      { tool: 'Read', calls: 1, errors: 0, durationMs: 40 },
    ]);
  });

  it('hold nothing of repositories that the caller does not see', async () => {
    const reach = {
      kind: 'accounts',
      accounts: [{ account: ACCOUNT, role: null, repositories: new Map([[6, 'viewer'] as const]) }],
    } as const;
    const seen = await of('requester', { reach });
    expect(seen).toMatchObject({
      total: { tasks: 1 },
      groups: [{ group: 'hubot' }],
      tools: [{ tool: 'Read' }],
    });
    expect(seen.groups).toHaveLength(1);
    expect(seen.tools).toHaveLength(1);
  });

  it('are zeros where nothing ended', async () => {
    const empty = await of('repository', { account: 'github:1' });
    expect(empty).toMatchObject({ groups: [], tools: [], total: { tasks: 0, costUsd: 0 } });
    expect(empty.days).toHaveLength(3);
  });

  it.each(INSIGHT_GROUPS)('by %s are found through indexes and read no long texts', async (by) => {
    const steps = await db.all<{ detail: string }>(
      sql`EXPLAIN QUERY PLAN ${insightsQuery(by, EVERYTHING, 10)}`,
    );
    const plan = steps.map(({ detail }) => detail).join('\n');
    expect(plan).toMatch(
      /SEARCH tasks USING INDEX tasks_ended \(account=\? AND ended_at>\? AND ended_at<\?\)/,
    );
    expect(plan).toMatch(/SEARCH task_tools USING PRIMARY KEY/);
    expect(plan).not.toMatch(/SCAN (?:tasks|sessions|usage|task_tools)|command_logs/);
  });
});
