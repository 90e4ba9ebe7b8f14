import { z } from 'zod';
import { accountKeySchema } from '../../protocol/ids.ts';
import { repositoriesAnswerSchema } from '../../protocol/repositories.ts';
import { listRepositories } from '../record/list-repositories.ts';
import { countParameter } from './read-input.ts';
import { readRecord } from './read-record.ts';
import { type Route, userRoute } from './route.ts';

const EXAMPLE = {
  id: 1296269,
  account: 'github:583231',
  repository: 'octo/app',
  defaultBranch: 'main',
  private: true,
};

export const repositoryRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/api/repositories',
    needs: 'viewer',
    operation: {
      id: 'listRepositories',
      tag: 'Projects',
      summary: 'List the repositories on which the App is installed',
      description:
        'Of all accounts that you reach, by name, those that you may see. From the record, which lags behind by a moment.',
      query: z.object({
        account: accountKeySchema.optional(),
        /** How the name or its owner begins. */
        q: z.string().trim().max(100).default(''),
        limit: countParameter(1, 200, 100),
      }),
      revalidates: true,
      answers: {
        200: {
          description: 'The repositories',
          schema: repositoriesAnswerSchema,
          example: { items: [EXAMPLE], more: false },
        },
      },
      problems: ['record_unavailable'],
    },
    handle: async (c, { reach }, { query: { account, q, limit } }) =>
      c.json(
        await readRecord(c, (db) =>
          listRepositories(db, { reach, account: account ?? null, text: q, limit }),
        ),
      ),
  }),
];
