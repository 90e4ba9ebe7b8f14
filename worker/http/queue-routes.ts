import { z } from 'zod';
import { accountKeySchema } from '../../protocol/ids.ts';
import { queueViewSchema } from '../../protocol/queue.ts';
import { accountFor } from '../access/account-for.ts';
import { cutPage } from '../record/page-cursor.ts';
import { fleetOf } from './durable-objects.ts';
import { EXAMPLE_QUEUE } from './queue-examples.ts';
import { countParameter, cursorParameter } from './read-input.ts';
import { type Route, userRoute } from './route.ts';

const MAX_PAGE = 500;

const queueQuerySchema = z.object({
  account: accountKeySchema.optional(),
  cursor: cursorParameter,
  limit: countParameter(1, MAX_PAGE, 100),
});

export const queueRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/api/queue',
    needs: 'viewer',
    operation: {
      id: 'getQueue',
      tag: 'Runners',
      summary: "Show an account's queue: what waits, why, and when it is likely to start",
      description:
        'In the order in which runners get the jobs: by priority, then fairly across people and their sessions. `estimate` is read from what earlier jobs took, and is null without any. A page is of this moment: the queue moves on between two of them. Tasks that wait for other tasks are not in it yet.',
      query: queueQuerySchema,
      revalidates: true,
      answers: { 200: { description: 'The queue', schema: queueViewSchema, example: EXAMPLE_QUEUE } },
      problems: ['account_needed', 'not_found'],
    },
    handle: async (c, caller, { query: { account, cursor, limit } }) => {
      const fleet = fleetOf(c.env, accountFor(c, caller, account, 'viewer'));
      const place = cursor === null ? 0 : cursor.at + 1;
      const { waiting, ...rest } = await fleet.queuePage({ place, limit: limit + 1 });
      const { items, next } = cutPage(waiting, limit, ({ ahead, taskId }) => ({ at: ahead, id: taskId }));
      return c.json({ waiting: items, next, ...rest });
    },
  }),
];
