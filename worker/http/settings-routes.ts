import { z } from 'zod';
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
];
