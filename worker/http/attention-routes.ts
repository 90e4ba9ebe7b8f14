import { z } from 'zod';
import {
  type AttentionItem,
  dismissAttentionBodySchema,
  retryAttentionBodySchema,
} from '../../protocol/attention.ts';
import { type AccountKey, accountKeySchema, sessionIdSchema } from '../../protocol/ids.ts';
import { type Place, placeOf } from '../attention/attention-id.ts';
import { collectAttention, collectOfSession, cutList, sourceItem } from '../attention/collect-attention.ts';
import { configOf } from '../config.ts';
import type { Attend } from '../contracts.ts';
import type { Env } from '../env.ts';
import { listAccounts } from '../record/list-accounts.ts';
import { openRecord } from '../record/open-record.ts';
import { fleetOf, installationOf, sessionOf } from './durable-objects.ts';
import { notFoundProblem, ProblemError } from './problem.ts';
import { readBody, readQuery } from './read-input.ts';
import type { AppContext, Route } from './route.ts';

/** Each account is two calls, and a request may make 1,000; for more of them `account` asks for one at a time. */
const MAX_ACCOUNTS = 200;

const querySchema = z.object({
  account: accountKeySchema.optional(),
  session: sessionIdSchema.optional(),
});

export const attentionRoutes: Route[] = [
  {
    method: 'GET',
    path: '/api/attention',
    access: 'user',
    needs: 'viewer',
    handle: async (c) => {
      const { account, session } = readQuery(c, querySchema);
      const nowMs = Date.now();
      if (session !== undefined) {
        const snapshot = await sessionOf(c.env, session).snapshot();
        if (snapshot === null) throw notFoundProblem(`session ${session}`);
        return c.json(await collectOfSession(c.env, snapshot.session.account, session, nowMs));
      }
      if (account !== undefined) return c.json(await collectAttention(c.env, [account], nowMs));
      const { accounts, missing, others } = await knownAccounts(c, nowMs);
      const { items, more } = await collectAttention(c.env, accounts, nowMs);
      const list = cutList([...missing, ...items]);
      return c.json({ ...list, more: more || list.more || others });
    },
  },
  {
    method: 'POST',
    path: '/api/attention/:id/retry',
    access: 'user',
    needs: 'operator',
    handle: async (c, admin) => {
      await readBody(c, retryAttentionBodySchema);
      await act(c, { action: 'retry', by: admin.person.login });
      return c.json({ status: 'queued' }, 202);
    },
  },
  {
    method: 'POST',
    path: '/api/attention/:id/dismiss',
    access: 'user',
    needs: 'operator',
    handle: async (c, admin) => {
      const { reason } = await readBody(c, dismissAttentionBodySchema);
      await act(c, { action: 'dismiss', by: admin.person.login, reason });
      return c.json({ status: 'dismissed' });
    },
  },
];

/** @throws ProblemError when nothing of this id is stuck (any more), or can't be treated so */
async function act(c: AppContext, how: Attend): Promise<void> {
  const place = placeOf(c.req.param('id') ?? '');
  if (place === null) throw notFoundProblem('item with this id');
  if (!(await attend(c.env, place, how))) throw goneProblem(how);
}

function attend(env: Env, place: Place, how: Attend): PromiseLike<boolean> | boolean {
  switch (place.at) {
    case 'delivery':
      return installationOf(env, place.account).attend({ deliveryId: place.id }, how);
    case 'installation':
      return installationOf(env, place.account).attend({ lane: place.lane, key: place.key }, how);
    case 'fleet':
      return fleetOf(env, place.account).attend({ lane: place.lane, key: place.key }, how);
    case 'lease':
      return fleetOf(env, place.account).attend({ taskId: place.taskId, epoch: place.epoch }, how);
    case 'job':
      return fleetOf(env, place.account).attend({ taskId: place.taskId }, how);
    case 'session':
      return attendSession(env, place, how);
    case 'source':
      return false;
  }
}

/** A list that still names what the session no longer knows is put right. */
async function attendSession(
  env: Env,
  place: Extract<Place, { at: 'session' }>,
  how: Attend,
): Promise<boolean> {
  const { sessionId, account, lane, key } = place;
  const session = sessionOf(env, sessionId);
  const found = await session.attend({ lane, key }, how);
  if (!found) {
    await installationOf(env, account).reportAttention(sessionId, await session.attention(), Date.now());
  }
  return found;
}

/** The deployment's own account and those of the record; the record being down is an item of the list. */
async function knownAccounts(
  c: AppContext,
  nowMs: number,
): Promise<{ accounts: AccountKey[]; missing: AttentionItem[]; others: boolean }> {
  const { defaultAccount } = configOf(c.env);
  try {
    const known = await listAccounts(openRecord(c.env), MAX_ACCOUNTS);
    const others = known.length === MAX_ACCOUNTS;
    return { accounts: [...new Set([defaultAccount, ...known])].slice(0, MAX_ACCOUNTS), missing: [], others };
  } catch (error) {
    const what =
      'The record (libSQL) does not answer: lists and searches fail, and other accounts are not shown.';
    return {
      accounts: [defaultAccount],
      missing: [sourceItem(defaultAccount, 'record', what, error, nowMs)],
      others: false,
    };
  }
}

function goneProblem({ action }: Attend): ProblemError {
  return new ProblemError(409, 'not_stuck', {
    title: 'Nothing to do',
    detail:
      action === 'retry'
        ? 'This is not stuck any more, or it can not be tried again.'
        : 'This is not parked any more, or it can not be given up.',
    remedy: 'Read GET /api/attention again.',
  });
}
