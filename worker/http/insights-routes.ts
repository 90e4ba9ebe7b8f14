import {
  DEFAULT_INSIGHT_DAYS,
  type InsightFigures,
  type Insights,
  insightsQuerySchema,
  insightsSchema,
  MAX_INSIGHT_DAYS,
} from '../../protocol/insights.ts';
import { accountNamed } from '../access/account-for.ts';
import { reportInsights } from '../record/report-insights.ts';
import { ProblemError } from './problem.ts';
import { readRecord } from './read-record.ts';
import { type Route, userRoute } from './route.ts';

const DAY_MS = 86_400_000;

const OUTCOMES = { completed: 8, rejected: 0, failed: 1, cancelled: 0, stopped: 0, exhausted: 1 };
const FIGURES: InsightFigures = {
  tasks: 10,
  outcomes: OUTCOMES,
  retries: { tasks: 2, completed: 1 },
  costUsd: 4.2,
  durationMs: { median: 240_000, p95: 1_140_000 },
  queueMs: { median: 900, p95: 42_000 },
  taskUsd: { median: 0.31, p95: 1.2 },
};
const EXAMPLE: Insights = {
  account: 'github:583231',
  by: 'repository',
  from: 1_779_926_400_000,
  to: 1_780_012_800_000,
  total: FIGURES,
  groups: [{ group: '1296269', name: 'octo/app', ...FIGURES }],
  more: false,
  days: [{ day: '2026-05-28', outcomes: OUTCOMES }],
  durationMs: [
    { below: 300_000, tasks: 7 },
    { below: null, tasks: 3 },
  ],
  queueMs: [
    { below: 1_000, tasks: 6 },
    { below: null, tasks: 4 },
  ],
  taskUsd: [
    { below: 0.5, tasks: 8 },
    { below: null, tasks: 2 },
  ],
  tools: [{ tool: 'Bash', calls: 120, errors: 6, durationMs: 340_000 }],
};

export const insightsRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/api/insights',
    needs: 'viewer',
    operation: {
      id: 'readInsights',
      tag: 'Usage',
      summary: 'Read how tasks went: outcomes, durations, queue times, costs, tools and retries',
      description: `Of the tasks of one account that ended in a period (the last ${DEFAULT_INSIGHT_DAYS} days when no time is named, \
at most ${MAX_INSIGHT_DAYS} days), in the repositories that you may see, together and by repository, requester or model. Days are \
those of UTC. Tasks of sessions that were deleted are not in it.`,
      query: insightsQuerySchema,
      answers: { 200: { description: 'How the tasks went', schema: insightsSchema, example: EXAMPLE } },
      problems: ['not_found', 'account_needed', 'record_unavailable'],
    },
    handle: async (c, caller, { query }) => {
      const { by, limit, account: asked, from, to, ...filter } = query;
      const account = accountNamed(c, caller, asked);
      const toMs = to ?? Date.now();
      const fromMs = from ?? toMs - DEFAULT_INSIGHT_DAYS * DAY_MS;
      mustBePeriod(fromMs, toMs);
      const of = { ...filter, account, reach: caller.reach, fromMs, toMs };
      const result = await readRecord(c, (db) => reportInsights(db, by, of, limit));
      return c.json({ account, by, from: fromMs, to: toMs, ...result } satisfies Insights);
    },
  }),
];

/** @throws ProblemError 400 */
function mustBePeriod(fromMs: number, toMs: number): void {
  if (fromMs > toMs) throw badPeriod('"from" is later than "to".', 'must not be later than "to"');
  if (toMs - fromMs <= MAX_INSIGHT_DAYS * DAY_MS) return;
  const message = `must not be more than ${MAX_INSIGHT_DAYS} days before "to"`;
  throw badPeriod(`The period is longer than ${MAX_INSIGHT_DAYS} days; ask for parts of it.`, message);
}

function badPeriod(detail: string, message: string): ProblemError {
  return new ProblemError(400, 'invalid_query', { detail, errors: [{ path: 'from', message }] });
}
