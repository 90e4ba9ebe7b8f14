import {
  DEFAULT_USAGE_DAYS,
  type UsageReport,
  usageQuerySchema,
  usageReportSchema,
} from '../../protocol/usage-report.ts';
import { accountNamed } from '../access/account-for.ts';
import { reportUsage } from '../record/report-usage.ts';
import { ProblemError } from './problem.ts';
import { readRecord } from './read-record.ts';
import { type Route, userRoute } from './route.ts';
import { EXAMPLE_TASK } from './session-examples.ts';

const DAY_MS = 86_400_000;

const SUMS = { ...EXAMPLE_TASK.usage, turns: 6, durationMs: 61_000 };
const EXAMPLE: UsageReport = {
  account: 'github:583231',
  by: 'repository',
  from: 1_777_420_800_000,
  to: 1_780_012_800_000,
  rows: [{ group: '1296269', name: 'octo/app', ...SUMS }],
  more: false,
  total: SUMS,
};

export const usageRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/api/usage',
    needs: 'viewer',
    operation: {
      id: 'readUsage',
      tag: 'Usage',
      summary: 'Read tokens and US dollars by day, model, repository, requester, session or task',
      description: `Of one account, of the repositories that you may see; the last ${DEFAULT_USAGE_DAYS} days when no time is named. \
Days are those of UTC and are not cut. What a session used stays counted when it is deleted.`,
      query: usageQuerySchema,
      answers: { 200: { description: 'What was used', schema: usageReportSchema, example: EXAMPLE } },
      problems: ['not_found', 'account_needed', 'record_unavailable'],
    },
    handle: async (c, caller, { query }) => {
      const { by, limit, account: asked, from, to, ...filter } = query;
      const account = accountNamed(c, caller, asked);
      const toMs = to ?? Date.now();
      const fromMs = from ?? toMs - DEFAULT_USAGE_DAYS * DAY_MS;
      if (fromMs > toMs) throw backwards();
      const of = { ...filter, account, reach: caller.reach, fromMs, toMs };
      const result = await readRecord(c, (db) => reportUsage(db, by, of, limit));
      return c.json({ account, by, from: fromMs, to: toMs, ...result } satisfies UsageReport);
    },
  }),
];

function backwards(): ProblemError {
  return new ProblemError(400, 'invalid_query', {
    detail: '"from" is later than "to".',
    errors: [{ path: 'from', message: 'must not be later than "to"' }],
  });
}
