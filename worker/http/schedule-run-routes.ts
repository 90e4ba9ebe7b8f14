import { z } from 'zod';
import { catalogKeySchema } from '../../protocol/catalog.ts';
import { accountKeySchema } from '../../protocol/ids.ts';
import {
  MAX_SCHEDULE_RUNS,
  scheduleRunPageSchema,
  scheduleRunSchema,
  scheduleViewSchema,
} from '../../protocol/schedules.ts';
import { accountFor } from '../access/account-for.ts';
import { accountOf } from '../account/account-of.ts';
import { audited } from './audited.ts';
import { refusalProblem } from './problem.ts';
import { reachSchedule } from './reach-schedule.ts';
import { type Route, userRoute } from './route.ts';
import { EXAMPLE_RUN, EXAMPLE_SCHEDULE } from './schedule-examples.ts';
import { showSchedule } from './schedule-routes.ts';

const querySchema = z.object({ account: accountKeySchema.optional() });
const paramsSchema = z.object({ key: catalogKeySchema });

/** What a schedule has done, and what else can be done with it than writing it. */
export const scheduleRunRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/api/schedules/:key/runs',
    needs: 'viewer',
    operation: {
      id: 'listScheduleRuns',
      tag: 'Schedules',
      summary: "List a schedule's runs, the latest first",
      description: `The latest ${MAX_SCHEDULE_RUNS} are kept. A run has the id of its session.`,
      params: paramsSchema,
      query: querySchema,
      answers: {
        200: { description: 'The runs.', schema: scheduleRunPageSchema, example: { items: [EXAMPLE_RUN] } },
      },
      problems: ['account_needed', 'not_found'],
    },
    handle: async (c, caller, { params, query }) => {
      const account = accountFor(c, caller, query.account, 'viewer');
      const { id } = await reachSchedule(c, caller, account, params.key, 'viewer');
      return c.json({ items: await accountOf(c.env, account).schedules.runs(id, MAX_SCHEDULE_RUNS) });
    },
  }),
  userRoute({
    method: 'POST',
    path: '/api/schedules/:key/run',
    needs: 'operator',
    operation: {
      id: 'runSchedule',
      tag: 'Schedules',
      summary: 'Run a schedule now',
      description:
        'Also one that is paused or switched off. While a run is not over, `overlap` says what happens: `skip` refuses this call.',
      params: paramsSchema,
      query: querySchema,
      idempotent: true,
      answers: {
        202: {
          description: 'The run; its task is made in a moment.',
          schema: scheduleRunSchema,
          example: { ...EXAMPLE_RUN, cause: 'by_hand' as const, by: 'octocat' },
        },
      },
      problems: ['account_needed', 'not_found', 'conflict'],
    },
    handle: async (c, caller, { params, query }) => {
      const account = accountFor(c, caller, query.account, 'operator');
      const { id, name } = await reachSchedule(c, caller, account, params.key, 'operator');
      const act = { account, action: 'schedule.started', target: { kind: 'schedule', id, name } };
      return audited(c, caller, act, async () => {
        const result = await accountOf(c.env, account).schedules.run(id, caller.person.login);
        if (result.status === 'refused') throw refusalProblem(result);
        return c.json(result.run, 202);
      });
    },
  }),
  userRoute({
    method: 'POST',
    path: '/api/schedules/:key/resume',
    needs: 'operator',
    operation: {
      id: 'resumeSchedule',
      tag: 'Schedules',
      summary: 'Let a schedule go on that was paused after failures',
      params: paramsSchema,
      query: querySchema,
      answers: {
        200: { description: 'The schedule now.', schema: scheduleViewSchema, example: EXAMPLE_SCHEDULE },
      },
      problems: ['account_needed', 'not_found', 'not_allowed'],
    },
    handle: async (c, caller, { params, query }) => {
      const account = accountFor(c, caller, query.account, 'operator');
      const { id, name } = await reachSchedule(c, caller, account, params.key, 'operator');
      const act = { account, action: 'schedule.resumed', target: { kind: 'schedule', id, name } };
      return audited(c, caller, act, async () => {
        const result = await accountOf(c.env, account).schedules.resume(id);
        if (result.status === 'refused') throw refusalProblem(result);
        return c.json(showSchedule(result.item));
      });
    },
  }),
];
