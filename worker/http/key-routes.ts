import { z } from 'zod';
import type { Role } from '../../protocol/access.ts';
import { type AccountKey, accountKeySchema } from '../../protocol/ids.ts';
import {
  changeKeyBodySchema,
  createKeyAnswerSchema,
  createKeyBodySchema,
  type KeyRepositories,
  type KeyView,
  keysAnswerSchema,
  keyViewSchema,
} from '../../protocol/keys.ts';
import { accountFor } from '../access/account-for.ts';
import { type Caller, mustReach } from '../access/caller.ts';
import { forgetApiKey } from '../access/check-api-key.ts';
import { accountOf } from '../account/account-of.ts';
import { audited } from './audited.ts';
import { forbiddenProblem, notFoundProblem, refusalProblem } from './problem.ts';
import { type Route, userRoute } from './route.ts';

const DAY_MS = 24 * 3_600_000;

const querySchema = z.object({ account: accountKeySchema.optional() });
const paramsSchema = z.object({ id: z.uuid() });

const EXAMPLE: KeyView = {
  id: '01980000-0000-7000-8000-000000000000',
  account: 'github:1234',
  name: 'nightly',
  role: 'operator',
  repositories: [98765],
  status: 'active',
  source: 'api',
  createdAt: 1_763_700_000_000,
  createdBy: 'octocat',
  expiresAt: 1_771_476_000_000,
  lastUsedAt: null,
  revokedAt: null,
  revokedBy: null,
};

const targetOf = ({ id, name }: { id: string; name: string | null }) => ({ kind: 'key', id, name });

export const keyRoutes: Route[] = [
  userRoute({
    method: 'POST',
    path: '/api/keys',
    needs: 'admin',
    operation: {
      id: 'createKey',
      tag: 'People and keys',
      summary: 'Make an API key',
      description:
        'The key is shown once. It can do no more than who makes it. Send it as "Authorization: Bearer sbk_…".',
      body: createKeyBodySchema,
      bodyExample: { name: 'nightly', role: 'operator', repositories: [98765], expiresInDays: 90 },
      answers: {
        201: {
          description: 'The key.',
          schema: createKeyAnswerSchema,
          example: { key: `sbk_Z2l0aHViOjEyMzQ.${EXAMPLE.id}.${'x'.repeat(43)}`, view: EXAMPLE },
        },
      },
      problems: ['account_needed', 'queue_full'],
    },
    handle: async (c, caller, { body }) => {
      const { name, role, repositories, expiresInDays } = body;
      const account = accountFor(c, caller, body.account, 'admin');
      mustNotExceed(caller, account, role, repositories);
      const id = crypto.randomUUID();
      const asked = {
        id,
        name,
        role,
        repositories,
        source: 'api' as const,
        holder: null,
        createdBy: caller.person.login,
        expiresAt: expiresInDays === null ? null : Date.now() + expiresInDays * DAY_MS,
      };
      const details = { role, repositories, expiresInDays };
      const act = { account, action: 'key.created', target: targetOf({ id, name }), details };
      return audited(c, caller, act, async () => {
        const made = await accountOf(c.env, account).keys.create(asked);
        if (made.status === 'refused') throw refusalProblem(made);
        return c.json({ key: made.key, view: made.view }, 201);
      });
    },
  }),
  userRoute({
    method: 'GET',
    path: '/api/keys',
    needs: 'admin',
    operation: {
      id: 'listKeys',
      tag: 'People and keys',
      summary: "List an account's API keys",
      description: 'Newest first. Keys that have ended are shown for 30 days, those of Actions runs for one.',
      query: querySchema,
      answers: { 200: { description: 'The keys.', schema: keysAnswerSchema, example: { items: [EXAMPLE] } } },
      problems: ['account_needed'],
    },
    handle: async (c, caller, { query }) => {
      const account = accountFor(c, caller, query.account, 'admin');
      return c.json({ items: await accountOf(c.env, account).keys.list() });
    },
  }),
  userRoute({
    method: 'GET',
    path: '/api/keys/:id',
    needs: 'admin',
    operation: {
      id: 'getKey',
      tag: 'People and keys',
      summary: 'Show an API key without its secret',
      params: paramsSchema,
      query: querySchema,
      answers: { 200: { description: 'The key.', schema: keyViewSchema, example: EXAMPLE } },
      problems: ['account_needed'],
    },
    handle: async (c, caller, { params, query }) => {
      const account = accountFor(c, caller, query.account, 'admin');
      const found = await accountOf(c.env, account).keys.find(params.id);
      if (found === null) throw notFoundProblem('key with this id');
      return c.json(found);
    },
  }),
  userRoute({
    method: 'PATCH',
    path: '/api/keys/:id',
    needs: 'admin',
    operation: {
      id: 'changeKey',
      tag: 'People and keys',
      summary: "Change an API key's name, role or repositories",
      description:
        'What is left out stays. A key that has ended stays as it is. Takes effect within seconds.',
      params: paramsSchema,
      query: querySchema,
      body: changeKeyBodySchema,
      bodyExample: { role: 'viewer' },
      answers: { 200: { description: 'The key now.', schema: keyViewSchema, example: EXAMPLE } },
      problems: ['account_needed'],
    },
    handle: async (c, caller, { params, query, body }) => {
      const account = accountFor(c, caller, query.account, 'admin');
      const { keys } = accountOf(c.env, account);
      const before = await keys.find(params.id);
      if (before === null) throw notFoundProblem('key with this id');
      mustNotExceed(caller, account, body.role ?? before.role, body.repositories ?? before.repositories);
      const act = { account, action: 'key.changed', target: targetOf(before), details: { changes: body } };
      return audited(c, caller, act, async () => {
        const changed = await keys.change(params.id, body);
        forgetApiKey(params.id);
        if (changed === null) throw notFoundProblem('key with this id');
        return c.json(changed);
      });
    },
  }),
  userRoute({
    method: 'DELETE',
    path: '/api/keys/:id',
    needs: 'admin',
    operation: {
      id: 'revokeKey',
      tag: 'People and keys',
      summary: 'Revoke an API key',
      description:
        'For good. No request with it is served after 5 seconds; open sockets and event streams end within ten minutes.',
      params: paramsSchema,
      query: querySchema,
      answers: { 204: { description: 'Revoked.' } },
      problems: ['account_needed'],
    },
    handle: async (c, caller, { params, query }) => {
      const account = accountFor(c, caller, query.account, 'admin');
      const { keys } = accountOf(c.env, account);
      const found = await keys.find(params.id);
      if (found === null) throw notFoundProblem('key with this id');
      return audited(c, caller, { account, action: 'key.revoked', target: targetOf(found) }, async () => {
        await keys.revoke(params.id, caller.person.login);
        forgetApiKey(params.id);
        return c.body(null, 204);
      });
    },
  }),
];

/** Nobody hands out more than they have. @throws ProblemError */
function mustNotExceed(caller: Caller, account: AccountKey, role: Role, repositories: KeyRepositories): void {
  if (repositories !== 'all') {
    for (const id of repositories) mustReach(caller, { account, repositoryId: id }, role, `repository ${id}`);
    return;
  }
  const { reach } = caller;
  if (reach.kind === 'deployment') return;
  if (reach.accounts.some((one) => one.account === account && one.repositories === 'all')) return;
  throw forbiddenProblem(
    'You reach only some repositories of this account, so you can not make a key for all of them.',
    'Name repositories that you reach in "repositories".',
  );
}
