import { z } from 'zod';
import { type AccountKey, accountKeySchema } from '../../protocol/ids.ts';
import {
  createWebhookBodySchema,
  updateWebhookBodySchema,
  type WebhookDelivery,
  type WebhookView,
  webhookDeliveryPageSchema,
  webhookListSchema,
  webhookQueuedSchema,
  webhookSecretAnswerSchema,
  webhookViewSchema,
} from '../../protocol/webhooks.ts';
import { accountFor } from '../access/account-for.ts';
import type { Caller } from '../access/caller.ts';
import { accountOf } from '../account/account-of.ts';
import { audited } from './audited.ts';
import { notFoundProblem, refusalProblem } from './problem.ts';
import { countParameter } from './read-input.ts';
import { type AppContext, type Route, userRoute } from './route.ts';

const querySchema = z.object({ account: accountKeySchema.optional() });
const paramsSchema = z.object({ id: z.uuid() });
const messageParamsSchema = z.object({ id: z.uuid(), message: z.string().min(1).max(200) });
const pageQuerySchema = querySchema.extend({
  limit: countParameter(1, 100, 50),
  /** `next` of the page before. */
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'must be "next" of the page before')
    .optional(),
});

const EXAMPLE: WebhookView = {
  id: '3f8e5c1a-6d1b-4a53-9b0e-2f1f8e1c7a10',
  account: 'github:583231',
  url: 'https://ci.example.com/hooks/signalbox',
  events: ['task.completed', 'task.failed'],
  name: 'CI',
  disabled: null,
  failingSince: null,
  createdAt: 1_780_000_000_000,
  createdBy: 'octocat',
};
const MESSAGE_ID = 'msg_5d3c9b2e-4f5a-5c6d-8e7f-9a0b1c2d3e4f.1780000000000.17';
const DELIVERY: WebhookDelivery = {
  id: MESSAGE_ID,
  type: 'task.completed',
  status: 'delivered',
  createdAt: 1_780_000_300_000,
  attempts: [{ at: 1_780_000_300_100, httpStatus: 200, durationMs: 84, error: null }],
};
const SECRET = 'whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=';

/** Receivers of webhooks. Their addresses may hold secrets of others: all of it is for admins. */
export const webhooksOutRoutes: Route[] = [
  userRoute({
    method: 'POST',
    path: '/api/webhooks',
    needs: 'admin',
    operation: {
      id: 'createWebhook',
      tag: 'Webhooks',
      summary: 'Have events sent to an address',
      description:
        'Messages are signed by the scheme of Standard Webhooks (headers webhook-id, webhook-timestamp, webhook-signature) with the secret of the answer, which is shown once. They come at least once and in no certain order; webhook-id is the same at each attempt. An answer of 2xx within 15 s counts; else it is tried again for about two days. Only https addresses of the public internet.',
      body: createWebhookBodySchema,
      bodyExample: { url: EXAMPLE.url, events: EXAMPLE.events, name: EXAMPLE.name },
      answers: {
        201: {
          description: 'The webhook and its secret',
          schema: webhookSecretAnswerSchema,
          example: { webhook: EXAMPLE, secret: SECRET },
        },
      },
      problems: ['not_found', 'account_needed', 'invalid', 'not_allowed'],
    },
    handle: async (c, caller, { body: { url, events, name, ...body } }) => {
      const account = accountFor(c, caller, body.account, 'admin');
      const asked = { url, events, name: name ?? new URL(url).hostname, createdBy: caller.person.login };
      const target = { kind: 'webhook', id: asked.name, name: asked.name };
      const details = { host: new URL(url).host, events };
      return audited(c, caller, { account, action: 'webhook.created', target, details }, async () => {
        const made = await accountOf(c.env, account).webhooks.create(asked);
        if (made.status === 'refused') throw refusalProblem(made);
        return c.json({ webhook: made.webhook, secret: made.secret }, 201);
      });
    },
  }),
  userRoute({
    method: 'GET',
    path: '/api/webhooks',
    needs: 'admin',
    operation: {
      id: 'listWebhooks',
      tag: 'Webhooks',
      summary: "List an account's webhooks",
      query: querySchema,
      answers: {
        200: { description: 'All of them', schema: webhookListSchema, example: { items: [EXAMPLE] } },
      },
      problems: ['not_found', 'account_needed'],
    },
    handle: async (c, caller, { query }) => {
      const account = accountFor(c, caller, query.account, 'admin');
      return c.json({ items: await accountOf(c.env, account).webhooks.list() });
    },
  }),
  userRoute({
    method: 'PATCH',
    path: '/api/webhooks/:id',
    needs: 'admin',
    operation: {
      id: 'updateWebhook',
      tag: 'Webhooks',
      summary: 'Change a webhook, switch it off, or on again',
      params: paramsSchema,
      query: querySchema,
      body: updateWebhookBodySchema,
      bodyExample: { enabled: true },
      answers: { 200: { description: 'As it is now', schema: webhookViewSchema, example: EXAMPLE } },
      problems: ['not_found', 'account_needed', 'invalid'],
    },
    handle: async (c, caller, { params, query, body }) =>
      change(
        c,
        caller,
        { id: params.id, account: query.account, action: 'webhook.changed' },
        async (account) => {
          const changed = await accountOf(c.env, account).webhooks.change(params.id, body);
          if (changed?.status === 'refused') throw refusalProblem(changed);
          return changed === null ? null : c.json(changed.webhook);
        },
      ),
  }),
  userRoute({
    method: 'DELETE',
    path: '/api/webhooks/:id',
    needs: 'admin',
    operation: {
      id: 'deleteWebhook',
      tag: 'Webhooks',
      summary: 'Delete a webhook, its log and what was on its way',
      params: paramsSchema,
      query: querySchema,
      answers: { 204: { description: 'It is gone' } },
      problems: ['not_found', 'account_needed'],
    },
    handle: async (c, caller, { params, query }) =>
      change(
        c,
        caller,
        { id: params.id, account: query.account, action: 'webhook.deleted' },
        async (account) =>
          (await accountOf(c.env, account).webhooks.remove(params.id)) ? c.body(null, 204) : null,
      ),
  }),
  userRoute({
    method: 'POST',
    path: '/api/webhooks/:id/secret',
    needs: 'admin',
    operation: {
      id: 'renewWebhookSecret',
      tag: 'Webhooks',
      summary: 'Give a webhook a new secret',
      description: 'For a day messages carry a signature by the former secret too.',
      params: paramsSchema,
      query: querySchema,
      answers: {
        200: {
          description: 'The new secret, shown once',
          schema: webhookSecretAnswerSchema,
          example: { webhook: EXAMPLE, secret: SECRET },
        },
      },
      problems: ['not_found', 'account_needed'],
    },
    handle: async (c, caller, { params, query }) =>
      change(
        c,
        caller,
        { id: params.id, account: query.account, action: 'webhook.secret_renewed' },
        async (account) => {
          const renewed = await accountOf(c.env, account).webhooks.renewSecret(params.id);
          return renewed === null ? null : c.json(renewed);
        },
      ),
  }),
  userRoute({
    method: 'POST',
    path: '/api/webhooks/:id/test',
    needs: 'admin',
    operation: {
      id: 'testWebhook',
      tag: 'Webhooks',
      summary: 'Send a webhook a greeting',
      description:
        'Of the type webhook.test, whatever events it is for. The log of deliveries tells what became of it.',
      params: paramsSchema,
      query: querySchema,
      answers: {
        202: { description: 'It is on its way', schema: webhookQueuedSchema, example: { id: MESSAGE_ID } },
      },
      problems: ['not_found', 'account_needed'],
    },
    handle: async (c, caller, { params, query }) =>
      change(
        c,
        caller,
        { id: params.id, account: query.account, action: 'webhook.tested' },
        async (account) => {
          const id = await accountOf(c.env, account).webhooks.test(params.id);
          return id === null ? null : c.json({ id }, 202);
        },
      ),
  }),
  userRoute({
    method: 'GET',
    path: '/api/webhooks/:id/deliveries',
    needs: 'admin',
    operation: {
      id: 'listWebhookDeliveries',
      tag: 'Webhooks',
      summary: 'List what was sent to a webhook and what it answered, the newest first',
      description: 'Of the last 30 days, at most 1,000.',
      params: paramsSchema,
      query: pageQuerySchema,
      answers: {
        200: {
          description: 'One page',
          schema: webhookDeliveryPageSchema,
          example: { items: [DELIVERY], next: null },
        },
      },
      problems: ['not_found', 'account_needed'],
    },
    handle: async (c, caller, { params, query }) => {
      const account = accountFor(c, caller, query.account, 'admin');
      const before = query.cursor === undefined ? null : Number(query.cursor);
      const page = await accountOf(c.env, account).webhooks.deliveries(params.id, before, query.limit);
      if (page === null) throw notFoundProblem(`webhook ${params.id}`);
      return c.json({ items: page.items, next: page.next === null ? null : String(page.next) });
    },
  }),
  userRoute({
    method: 'POST',
    path: '/api/webhooks/:id/deliveries/:message/retry',
    needs: 'admin',
    operation: {
      id: 'redeliverWebhook',
      tag: 'Webhooks',
      summary: 'Send a message once more',
      params: messageParamsSchema,
      query: querySchema,
      answers: {
        202: { description: 'It is on its way', schema: webhookQueuedSchema, example: { id: MESSAGE_ID } },
      },
      problems: ['not_found', 'account_needed'],
    },
    handle: async (c, caller, { params, query }) =>
      change(
        c,
        caller,
        { id: params.id, account: query.account, action: 'webhook.redelivered' },
        async (account) => {
          const found = await accountOf(c.env, account).webhooks.redeliver(params.id, params.message);
          return found ? c.json({ id: params.message }, 202) : null;
        },
      ),
  }),
];

/** An audited change of one webhook. @throws ProblemError 404 when there is none */
async function change(
  c: AppContext,
  caller: Caller,
  asked: { id: string; account: AccountKey | undefined; action: string },
  act: (account: AccountKey) => Promise<Response | null>,
): Promise<Response> {
  const { id, action } = asked;
  const account = accountFor(c, caller, asked.account, 'admin');
  const known = await accountOf(c.env, account).webhooks.get(id);
  if (known === null) throw notFoundProblem(`webhook ${id}`);
  const target = { kind: 'webhook', id, name: known.name };
  return audited(c, caller, { account, action, target }, async () => {
    const answer = await act(account);
    if (answer === null) throw notFoundProblem(`webhook ${id}`);
    return answer;
  });
}
