import { z } from 'zod';
import { catalogKeySchema } from '../../protocol/catalog.ts';
import { accountKeySchema } from '../../protocol/ids.ts';
import {
  type Prompt,
  promptBodySchema,
  promptSchema,
  renderedPromptSchema,
  renderPromptBodySchema,
} from '../../protocol/prompts.ts';
import { accountFor } from '../access/account-for.ts';
import { accountOf } from '../account/account-of.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { type Route, userRoute } from './route.ts';
import { useTemplate } from './use-template.ts';

const BODY = {
  name: 'update-package',
  description: 'Brings one dependency up to date.',
  text: 'Update {{package}} to {{version}} and run the tests.',
  variables: [
    { name: 'package', description: 'Its name on npm.', default: null },
    { name: 'version', description: '', default: 'the newest version' },
  ],
  options: { maxMinutes: 20 },
};

const EXAMPLE: Prompt = {
  ...BODY,
  id: '0a8f7a3b-1c7e-4c0e-9d53-0b8f7a3b1c7e',
  createdAt: 1_763_700_000_000,
  createdBy: 'octocat',
  updatedAt: 1_763_700_000_000,
  updatedBy: 'octocat',
};

export const promptRoutes: Route[] = [
  ...catalogRoutes({
    one: 'prompt',
    operation: 'Prompt',
    path: '/api/prompts',
    tag: 'Prompts',
    about: 'Templates of requests: `{{name}}` stands for a variable. A task is made of one by `template`.',
    body: promptBodySchema,
    view: promptSchema,
    bodyExample: BODY,
    example: EXAMPLE,
    desk: (env, account) => accountOf(env, account).prompts,
    prepare: async (_c, _caller, _account, body) => promptBodySchema.parse(body),
    visible: async (_c, _caller, _account, items) => items,
    mustChange: async () => undefined,
    show: (item) => item,
  }),
  userRoute({
    method: 'POST',
    path: '/api/prompts/:key/render',
    needs: 'viewer',
    operation: {
      id: 'renderPrompt',
      tag: 'Prompts',
      summary: 'Show the request that a template makes of its variables',
      description: 'Starts nothing and changes nothing.',
      params: z.object({ key: catalogKeySchema }),
      query: z.object({ account: accountKeySchema.optional() }),
      body: renderPromptBodySchema,
      bodyExample: { variables: { package: 'zod' } },
      answers: {
        200: {
          description: 'The request.',
          schema: renderedPromptSchema,
          example: {
            text: 'Update zod to the newest version and run the tests.',
            options: { maxMinutes: 20 },
          },
        },
      },
      problems: ['account_needed', 'not_found'],
    },
    handle: async (c, caller, { params, query, body }) => {
      const account = accountFor(c, caller, query.account, 'viewer');
      return c.json(await useTemplate(c, caller, account, { name: params.key, ...body }));
    },
  }),
];
