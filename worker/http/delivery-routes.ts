import { z } from 'zod';
import { deliveryPageSchema, type MissedDeliveries, missedDeliveriesSchema } from '../../protocol/http.ts';
import { accountKeySchema } from '../../protocol/ids.ts';
import { accountFor } from '../access/account-for.ts';
import { mustReachAccount } from '../access/caller.ts';
import { missedKeeper } from '../github/redeliver-missed.ts';
import { findDeliveryAccount, listDeliveries } from '../record/list-deliveries.ts';
import { audited } from './audited.ts';
import { installationOf } from './durable-objects.ts';
import { forbiddenProblem, notFoundProblem } from './problem.ts';
import { countParameter, cursorParameter, readQuery } from './read-input.ts';
import { readRecord } from './read-record.ts';
import { type Route, userRoute } from './route.ts';
import { EXAMPLE_ACCOUNT } from './runner-examples.ts';
import { accountQuerySchema } from './runner-routes.ts';
import { EXAMPLE_TASK_ID } from './session-examples.ts';

/** One account's inbox is the truth and has cursors of its own; all accounts together are in the record. */
const querySchema = z.object({
  account: accountKeySchema.optional(),
  cursor: z.string().max(500).optional(),
  limit: countParameter(1, 100, 50),
});

const recordCursorSchema = z.object({ cursor: cursorParameter });

const paramsSchema = z.object({ id: z.string().min(1).max(200) });

const EXAMPLE_MISSED: MissedDeliveries = {
  lastLook: { at: 1_780_000_600_000, redelivered: 1, problem: null },
  askedAgain: [{ id: '72d3162e-cc78-11e3-81ab-4c9367dc0958', times: 1, at: 1_780_000_600_000 }],
};

const queuedSchema = z.object({ status: z.literal('queued') });

const EXAMPLE_DELIVERY = {
  id: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
  account: EXAMPLE_ACCOUNT,
  event: 'issue_comment',
  action: 'created',
  status: 'done',
  reason: null,
  taskId: EXAMPLE_TASK_ID,
  attempts: 1,
  receivedAt: 1_780_000_000_000,
};

export const deliveryRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/api/deliveries',
    needs: 'viewer',
    operation: {
      id: 'listDeliveries',
      tag: 'Webhooks',
      summary: "List GitHub's webhook deliveries with what became of them and why",
      description: 'Without `account` the holder of the admin key gets those of all accounts.',
      query: querySchema,
      answers: {
        200: {
          description: 'A page, the latest first',
          schema: deliveryPageSchema,
          example: { items: [EXAMPLE_DELIVERY], next: null },
        },
      },
      problems: ['account_needed', 'not_found', 'record_unavailable'],
    },
    handle: async (c, caller, { query }) => {
      const { cursor = null, limit } = query;
      if (query.account === undefined && caller.reach.kind === 'deployment') {
        const page = { cursor: readQuery(c, recordCursorSchema).cursor, limit };
        return c.json(await readRecord(c, (db) => listDeliveries(db, page)));
      }
      const account = accountFor(c, caller, query.account, 'viewer');
      return c.json(await installationOf(c.env, account).deliveries(cursor, limit));
    },
  }),
  userRoute({
    method: 'GET',
    path: '/api/deliveries/missed',
    needs: 'admin',
    operation: {
      id: 'showMissedDeliveries',
      tag: 'Webhooks',
      summary:
        "Say when GitHub's own log was last searched for deliveries that never arrived, and what was asked for",
      description:
        'For the holder of the admin key only: the log is of the whole App. It is searched every ten minutes.',
      answers: { 200: { description: 'The state', schema: missedDeliveriesSchema, example: EXAMPLE_MISSED } },
    },
    handle: async (c, { reach }) => {
      if (reach.kind === 'deployment') return c.json(await missedKeeper(c.env).missedState());
      throw forbiddenProblem("The App's log is of all accounts together.", 'Use the admin key.');
    },
  }),
  userRoute({
    method: 'POST',
    path: '/api/deliveries/:id/retry',
    needs: 'operator',
    operation: {
      id: 'retryDelivery',
      tag: 'Webhooks',
      summary: 'Work a parked delivery off again',
      params: paramsSchema,
      query: accountQuerySchema,
      answers: {
        202: { description: 'It is worked off again', schema: queuedSchema, example: { status: 'queued' } },
      },
      problems: ['record_unavailable'],
    },
    handle: async (c, caller, { params: { id }, query }) => {
      const account = query.account ?? (await readRecord(c, (db) => findDeliveryAccount(db, id)));
      if (account === null) throw notFoundProblem(`delivery ${id}`);
      mustReachAccount(caller, account, 'operator');
      const target = { kind: 'delivery', id, name: null };
      await audited(c, caller, { account, action: 'delivery.retried', target }, async () => {
        const found = await installationOf(c.env, account).retryDelivery(id);
        if (!found) throw notFoundProblem(`delivery ${id}`);
      });
      return c.json({ status: 'queued' }, 202);
    },
  }),
];
