import { z } from 'zod';
import { accountKeySchema } from '../../protocol/ids.ts';
import { findDeliveryAccount, listDeliveries } from '../record/list-deliveries.ts';
import { installationOf } from './durable-objects.ts';
import { notFoundProblem } from './problem.ts';
import { countParameter, cursorParameter, readQuery } from './read-input.ts';
import { readRecord } from './read-record.ts';
import type { Route } from './route.ts';

const limitParameter = countParameter(1, 100, 50);
const accountQuerySchema = z.object({
  account: accountKeySchema,
  cursor: z.string().max(500).optional(),
  limit: limitParameter,
});
const recordQuerySchema = z.object({ cursor: cursorParameter, limit: limitParameter });

export const deliveryRoutes: Route[] = [
  {
    method: 'GET',
    path: '/api/deliveries',
    access: 'user',
    needs: 'viewer',
    handle: async (c) => {
      // One account's inbox is the truth; all accounts together are in the record.
      if (c.req.query('account') === undefined) {
        const query = readQuery(c, recordQuerySchema);
        return c.json(await readRecord(c, (db) => listDeliveries(db, query)));
      }
      const { account, cursor = null, limit } = readQuery(c, accountQuerySchema);
      return c.json(await installationOf(c.env, account).deliveries(cursor, limit));
    },
  },
  {
    method: 'POST',
    path: '/api/deliveries/:id/retry',
    access: 'user',
    needs: 'operator',
    handle: async (c) => {
      const id = c.req.param('id') ?? '';
      const asked = readQuery(c, z.object({ account: accountKeySchema.optional() })).account;
      const account = asked ?? (await readRecord(c, (db) => findDeliveryAccount(db, id)));
      const found = account !== null && (await installationOf(c.env, account).retryDelivery(id));
      if (!found) throw notFoundProblem(`delivery ${id}`);
      return c.json({ status: 'queued' }, 202);
    },
  },
];
