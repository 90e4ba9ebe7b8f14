import { z } from 'zod';
import { accountKeySchema } from '../../protocol/ids.ts';
import { type NowTask, nowViewSchema, partsViewSchema } from '../../protocol/now.ts';
import { accountFor } from '../access/account-for.ts';
import { judgeGitHub, judgeModel, judgeRecord } from '../metrics/judge-parts.ts';
import { appOf } from '../read-app.ts';
import { listNow } from '../record/list-now.ts';
import { openRecord } from '../record/open-record.ts';
import { readModelTrouble } from '../record/read-model-trouble.ts';
import { installationOf } from './durable-objects.ts';
import { readRecord } from './read-record.ts';
import { type Route, userRoute } from './route.ts';
import { EXAMPLE_SESSION, EXAMPLE_TASK } from './session-examples.ts';

const querySchema = z.object({ account: accountKeySchema.optional() });

const EXAMPLE: NowTask = {
  id: EXAMPLE_TASK.id,
  sessionId: EXAMPLE_SESSION.id,
  account: EXAMPLE_SESSION.account,
  title: EXAMPLE_SESSION.title,
  repository: 'octo/app',
  status: EXAMPLE_SESSION.status,
  state: EXAMPLE_TASK.state,
  stateSince: EXAMPLE_TASK.stateSince,
  request: EXAMPLE_TASK.request,
  requester: EXAMPLE_TASK.requester.login,
  runnerName: EXAMPLE_TASK.runnerName,
  costUsd: EXAMPLE_TASK.usage.costUsd,
  pullUrl: null,
  failure: null,
  createdAt: EXAMPLE_TASK.createdAt,
  startedAt: EXAMPLE_TASK.startedAt,
  endedAt: null,
};

export const nowRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/api/now',
    needs: 'viewer',
    operation: {
      id: 'getNow',
      tag: 'Tasks',
      summary: 'List the tasks that are not over, and those that ended last',
      description: 'From the record, which lags behind by a moment.',
      query: querySchema,
      revalidates: true,
      answers: {
        200: {
          description: 'What goes on',
          schema: nowViewSchema,
          example: { open: [EXAMPLE], more: false, ended: [] },
        },
      },
      problems: ['record_unavailable'],
    },
    handle: async (c, caller, { query: { account } }) =>
      c.json(await readRecord(c, (db) => listNow(db, caller.reach, account ?? null))),
  }),
  userRoute({
    method: 'GET',
    path: '/api/parts',
    needs: 'viewer',
    operation: {
      id: 'getParts',
      tag: 'Service',
      summary: 'Say how GitHub, the record and the model are',
      description: "As an account's work has found them: nothing outside but the record is asked for this.",
      query: querySchema,
      answers: {
        200: {
          description: 'Each of them',
          schema: partsViewSchema,
          example: { parts: [{ name: 'record', status: 'ok', detail: 'Answered in 3 ms.' }] },
        },
      },
      problems: ['account_needed'],
    },
    handle: async (c, caller, { query }) => {
      const account = accountFor(c, caller, query.account, 'viewer');
      const now = Date.now();
      const [samples, trouble] = await Promise.all([
        installationOf(c.env, account).metrics(),
        readModelTrouble(openRecord(c.env), account, now).catch(() => null),
      ]);
      const hasApp = (await appOf(c.env)).githubApp !== null;
      return c.json({
        parts: [
          judgeGitHub(hasApp ? samples : null),
          judgeRecord(trouble === null ? null : Date.now() - now),
          judgeModel(trouble),
        ],
      });
    },
  }),
];
