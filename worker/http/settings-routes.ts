import { z } from 'zod';
import { budgetsViewSchema } from '../../protocol/budgets.ts';
import { accountKeySchema } from '../../protocol/ids.ts';
import { settingsPatchSchema, settingsViewSchema } from '../../protocol/settings.ts';
import { accountFor } from '../access/account-for.ts';
import { accountOf } from '../account/account-of.ts';
import { audited } from './audited.ts';
import { ProblemError } from './problem.ts';
import { type Route, userRoute } from './route.ts';

const querySchema = z.object({ account: accountKeySchema.optional() });

const EXAMPLE = {
  account: 'github:1234',
  settings: {
    timeZone: 'Europe/Berlin',
    budgets: {
      accountUsdPerDay: 100,
      repositoryUsdPerDay: null,
      personUsdPerDay: 20,
      repositories: { 'octo/app': 50 },
      people: {},
    },
    tasks: { maxMinutes: 30 },
  },
  updatedAt: 1_763_700_000_000,
  updatedBy: 'octocat',
};

const BUDGETS_EXAMPLE = {
  account: 'github:1234',
  timeZone: 'Europe/Berlin',
  from: 1_763_679_600_000,
  until: 1_763_766_000_000,
  limitUsd: 100,
  spentUsd: 12.4,
  people: [{ login: 'octocat', limitUsd: 20, spentUsd: 12.4 }],
  repositories: [{ id: 42, name: 'octo/app', limitUsd: 50, spentUsd: 12.4 }],
};

export const settingsRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/api/settings',
    needs: 'viewer',
    operation: {
      id: 'getSettings',
      tag: 'Configuration',
      summary: "Show an account's settings",
      query: querySchema,
      answers: {
        200: { description: 'The settings, with defaults.', schema: settingsViewSchema, example: EXAMPLE },
      },
    },
    handle: async (c, caller, { query }) => {
      const account = accountFor(c, caller, query.account, 'viewer');
      return c.json(await accountOf(c.env, account).settings.read());
    },
  }),
  userRoute({
    method: 'PATCH',
    path: '/api/settings',
    needs: 'admin',
    operation: {
      id: 'changeSettings',
      tag: 'Configuration',
      summary: "Change an account's settings",
      description:
        'A JSON merge patch (RFC 7396): what is left out stays, null takes a setting back to its default. A change is in effect with the next task.',
      query: querySchema,
      body: settingsPatchSchema,
      bodyExample: { budgets: { personUsdPerDay: 20, people: { octocat: 50 } } },
      answers: { 200: { description: 'The settings now.', schema: settingsViewSchema, example: EXAMPLE } },
    },
    handle: async (c, caller, { query, body }) => {
      const account = accountFor(c, caller, query.account, 'admin');
      const act = {
        account,
        action: 'settings.changed',
        target: { kind: 'account', id: account, name: null },
        details: { patch: body },
      };
      return audited(c, caller, act, async () => {
        const changed = await accountOf(c.env, account).settings.change(body, caller.person.login);
        if (changed.status === 'changed') return c.json(changed.view);
        throw new ProblemError(422, 'invalid_body', {
          title: "The request's body is not valid",
          detail: 'The settings that would come of it are not valid; "errors" names each mistake.',
          remedy: 'Correct the named fields and send the request again.',
          errors: changed.mistakes,
        });
      });
    },
  }),
  userRoute({
    method: 'GET',
    path: '/api/budgets',
    needs: 'admin',
    operation: {
      id: 'getBudgets',
      tag: 'Usage',
      summary: 'Show what is spent of the budgets today',
      description:
        'From the account itself, not from the record: what is shown here is what decides whether a task may begin. Of people and repositories it names the hundred that spent most.',
      query: querySchema,
      answers: {
        200: { description: 'The day so far.', schema: budgetsViewSchema, example: BUDGETS_EXAMPLE },
      },
    },
    handle: async (c, caller, { query }) => {
      const account = accountFor(c, caller, query.account, 'admin');
      return c.json(await accountOf(c.env, account).budgets.view());
    },
  }),
];
