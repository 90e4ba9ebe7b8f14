import { and, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import {
  COST_EDGES_USD,
  DURATION_EDGES_MS,
  type InsightGroup,
  QUEUE_EDGES_MS,
} from '../../protocol/insights.ts';
import { TERMINAL_STATES } from '../../protocol/task-state.ts';
import { visibleTo } from '../access/visible-to.ts';
import type { UsageFilter } from './report-usage.ts';
import { repositories, sessions, tasks, usage } from './schema.ts';
import { taskTools } from './tables/task-tools.ts';

const DAY_MS = 86_400_000;

/** What usage is cut to, insights are cut to. */
export type InsightsFilter = UsageFilter;

/**
 * Everything about the tasks of a period in one row of JSON texts: the tasks are found once, and each list is made of
 * them. Exported for the test that looks at its plan.
 */
export function insightsQuery(by: InsightGroup, filter: InsightsFilter, limit: number): SQL {
  return sql`WITH chosen AS MATERIALIZED (${chosenTasks(by, filter)}),
    ranked AS MATERIALIZED (${rankedBy(sql`1`)}),
    ranked_in_groups AS MATERIALIZED (${rankedBy(sql`grp`)}),
    top AS MATERIALIZED (SELECT grp, count(*) AS tasks FROM chosen GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${limit + 1})
    SELECT
      (SELECT json_object(${figures(sql`ranked`)}) FROM ranked) AS total,
      (SELECT coalesce(json_group_array(json(line)), '[]') FROM (${groupLines(by)})) AS "groups",
      (SELECT coalesce(json_group_array(json(line)), '[]') FROM (
        SELECT json_object('day', date(day * 86400, 'unixepoch'), 'outcomes', ${outcomes}) AS line
        FROM chosen GROUP BY day ORDER BY day
      )) AS days,
      ${bars(sql`duration`, DURATION_EDGES_MS)} AS "durationMs",
      ${bars(sql`queue`, QUEUE_EDGES_MS)} AS "queueMs",
      ${bars(sql`cost`, COST_EDGES_USD)} AS "taskUsd",
      (SELECT coalesce(json_group_array(json(line)), '[]') FROM (${toolLines(limit)})) AS tools`;
}

/** One row a task, with what is asked of it. Its session knows the repository. */
function chosenTasks(by: InsightGroup, filter: InsightsFilter): SQL {
  const { account, reach, fromMs, toMs, repository, requester, model } = filter;
  const where = and(
    eq(tasks.account, account),
    gte(tasks.endedAt, fromMs),
    lt(tasks.endedAt, toMs),
    visibleTo(reach, sessions, account),
    repository === undefined ? undefined : eq(sessions.repositoryId, repository),
    requester === undefined ? undefined : eq(tasks.requesterLogin, requester),
    model === undefined ? undefined : sql`${modelOfTask} = ${model}`,
  );
  // CROSS JOIN has SQLite begin with the tasks, whose index knows the period.
  return sql`SELECT ${tasks.id} AS id, ${tasks.sessionId} AS session_id, ${tasks.state} AS state,
      ${tasks.endedAt} / ${sql.raw(String(DAY_MS))} AS day, ${tasks.costUsd} AS cost,
      max(0, ${tasks.endedAt} - ${tasks.startedAt}) AS duration,
      max(0, ${tasks.startedAt} - ${tasks.createdAt}) AS queue,
      ${isRetry} AS again, ${groupKey(by)} AS grp
    FROM ${tasks} CROSS JOIN ${sessions} ON ${sessions.id} = ${tasks.sessionId} WHERE ${where}`;
}

/** A session's first task is none, so that most tasks are told without reading a request. */
const isRetry = sql`(${tasks.number} > 1 AND EXISTS (SELECT 1 FROM tasks AS earlier
  WHERE earlier.session_id = ${tasks.sessionId} AND earlier.number < ${tasks.number}
  AND earlier.state <> 'completed' AND earlier.request = ${tasks.request}))`;

/** What most of the task's money went to. */
const modelOfTask = sql`coalesce((SELECT ${usage.model} FROM ${usage}
  WHERE ${usage.sessionId} = ${tasks.sessionId} AND ${usage.taskId} = ${tasks.id} AND ${usage.model} IS NOT NULL
  GROUP BY 1 ORDER BY sum(${usage.costUsd}) DESC, 1 LIMIT 1), 'unknown')`;

function groupKey(by: InsightGroup): SQL {
  switch (by) {
    case 'repository':
      return sql`coalesce(${sessions.repositoryId}, 0)`;
    case 'requester':
      return sql`CASE ${tasks.requesterLogin} WHEN '' THEN 'unknown' ELSE ${tasks.requesterLogin} END`;
    case 'model':
      return modelOfTask;
  }
}

/** The tasks with their place by each number, among those of the same key. Tasks without the number come last. */
function rankedBy(key: SQL): SQL {
  const place = (value: SQL) =>
    sql`row_number() OVER (PARTITION BY ${key} ORDER BY ${value} IS NULL, ${value}) AS ${value}_place,
      count(${value}) OVER (PARTITION BY ${key}) AS ${value}_count`;
  return sql`SELECT *, ${place(sql`duration`)}, ${place(sql`queue`)}, ${place(sql`cost`)} FROM chosen`;
}

const outcomes = sql`json_object(${sql.join(
  TERMINAL_STATES.map((state) => sql`${sql.raw(`'${state}'`)}, count(*) FILTER (WHERE state = ${state})`),
  sql`, `,
)})`;

/** Arguments of `json_object`, of rows of `ranked`. */
function figures(table: SQL): SQL {
  const at = (value: SQL, place: SQL) =>
    sql`max(${value}) FILTER (WHERE ${value}_place = ${place} AND ${value} IS NOT NULL)`;
  const quantiles = (value: SQL) => {
    const count = sql`${table}.${value}_count`;
    return sql`json_object('median', ${at(value, sql`(${count} + 1) / 2`)}, 'p95', ${at(value, sql`(${count} * 95 + 99) / 100`)})`;
  };
  return sql`'tasks', count(*), 'outcomes', ${outcomes},
    'retries', json_object('tasks', count(*) FILTER (WHERE again),
      'completed', count(*) FILTER (WHERE again AND state = 'completed')),
    'costUsd', coalesce(sum(cost), 0), 'durationMs', ${quantiles(sql`duration`)},
    'queueMs', ${quantiles(sql`queue`)}, 'taskUsd', ${quantiles(sql`cost`)}`;
}

function groupLines(by: InsightGroup): SQL {
  const { id, owner, name } = repositories;
  const isRepository = by === 'repository';
  const key = isRepository ? sql`CASE grp WHEN 0 THEN 'none' ELSE CAST(grp AS text) END` : sql`grp`;
  const known = isRepository
    ? sql`(SELECT ${owner} || '/' || ${name} FROM ${repositories} WHERE ${id} = grp)`
    : sql`NULL`;
  return sql`SELECT json_object('group', ${key}, 'name', ${known}, ${figures(sql`ranked_in_groups`)}) AS line
    FROM ranked_in_groups WHERE grp IN (SELECT grp FROM top) GROUP BY grp ORDER BY count(*) DESC, grp`;
}

/** A distribution as a JSON text: how many tasks are below each edge, and not below the one before. */
function bars(value: SQL, edges: readonly number[]): SQL {
  const parts = [...edges, null].map((edge, index) => {
    const above = index === 0 ? sql`${value} IS NOT NULL` : sql`${value} >= ${edges[index - 1]}`;
    const inside = edge === null ? above : sql`${above} AND ${value} < ${edge}`;
    return sql`json_object('below', ${edge}, 'tasks', count(*) FILTER (WHERE ${inside}))`;
  });
  return sql`(SELECT json_array(${sql.join(parts, sql`, `)}) FROM chosen)`;
}

function toolLines(limit: number): SQL {
  const { tool, calls, errors, durationMs, sessionId, taskId } = taskTools;
  return sql`SELECT json_object('tool', ${tool}, 'calls', sum(${calls}), 'errors', sum(${errors}),
      'durationMs', sum(${durationMs})) AS line
    FROM chosen CROSS JOIN ${taskTools} ON ${sessionId} = chosen.session_id AND ${taskId} = chosen.id
    WHERE ${tool} <> '' GROUP BY ${tool} ORDER BY sum(${calls}) DESC, ${tool} LIMIT ${limit}`;
}
