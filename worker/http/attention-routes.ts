import { z } from 'zod';
import {
  type AttentionItem,
  attentionActedSchema,
  attentionListSchema,
  dismissAttentionBodySchema,
  retryAttentionBodySchema,
} from '../../protocol/attention.ts';
import { type AccountKey, accountKeySchema, sessionIdSchema } from '../../protocol/ids.ts';
import { type Caller, mustReachAccount } from '../access/caller.ts';
import { accountOf } from '../account/account-of.ts';
import { type Place, placeOf } from '../attention/attention-id.ts';
import { collectAttention, collectOfSession, cutList, sourceItem } from '../attention/collect-attention.ts';
import { configOf } from '../config.ts';
import type { Attend } from '../contracts.ts';
import type { Env } from '../env.ts';
import { listAccounts } from '../record/list-accounts.ts';
import { openRecord } from '../record/open-record.ts';
import { audited } from './audited.ts';
import { fleetOf, installationOf, sessionOf } from './durable-objects.ts';
import { notFoundProblem, ProblemError } from './problem.ts';
import { type AppContext, type Route, userRoute } from './route.ts';
import { EXAMPLE_ACCOUNT } from './runner-examples.ts';
import { EXAMPLE_SESSION_ID } from './session-examples.ts';
import { reachSession } from './session-of-path.ts';

/** Each account is three calls, and a request may make 1,000; for more of them `account` asks for one at a time. */
const MAX_ACCOUNTS = 200;

const querySchema = z.object({
  account: accountKeySchema.optional(),
  session: sessionIdSchema.optional(),
});

/** Ids are opaque; none of ours is longer. */
const paramsSchema = z.object({ id: z.string().min(1).max(2_000) });

/** As long as the audit log names a target. */
const MAX_TARGET_CHARS = 300;

const EXAMPLE_ITEM: AttentionItem = {
  id: 'eyJhdCI6InNlc3Npb24ifQ',
  account: EXAMPLE_ACCOUNT,
  kind: 'github_write',
  status: 'parked',
  what: 'The tracking comment of the task could not be written.',
  since: 1_780_000_000_000,
  attempts: 8,
  lastError: 'GitHub answered 403: Resource not accessible by integration',
  remedy: 'Give the App the permission "issues: write", then try it again.',
  sessionId: EXAMPLE_SESSION_ID,
  taskId: null,
  canRetry: true,
  canDismiss: true,
};

export const attentionRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/api/attention',
    needs: 'viewer',
    operation: {
      id: 'listAttention',
      tag: 'Attention',
      summary: 'List what is stuck, the oldest first',
      description:
        'Of one account, one session, or everything the caller reaches. Errors are redacted. An item of the kind ' +
        '`source` says that a part of the deployment did not answer, so that the list may lack something.',
      query: querySchema,
      answers: {
        200: {
          description: 'What is stuck; `more` when there is more than fits',
          schema: attentionListSchema,
          example: { items: [EXAMPLE_ITEM], more: false },
        },
      },
      problems: ['not_found'],
    },
    handle: async (c, caller, { query: { account, session } }) => {
      const nowMs = Date.now();
      if (session !== undefined) {
        const head = await reachSession(c, caller, session, 'viewer');
        return c.json(await collectOfSession(c.env, head.account, session, nowMs));
      }
      if (account !== undefined) {
        mustReachAccount(caller, account, 'viewer');
        return c.json(await collectAttention(c.env, [account], nowMs));
      }
      const { accounts, missing, others } = await knownAccounts(c, caller, nowMs);
      const { items, more } = await collectAttention(c.env, accounts, nowMs);
      const list = cutList([...missing, ...items]);
      return c.json({ ...list, more: more || list.more || others });
    },
  }),
  userRoute({
    method: 'POST',
    path: '/api/attention/:id/retry',
    needs: 'operator',
    operation: {
      id: 'retryAttention',
      tag: 'Attention',
      summary: 'Try something that is stuck again now',
      params: paramsSchema,
      body: retryAttentionBodySchema,
      bodyExample: {},
      answers: {
        202: {
          description: 'It is tried again',
          schema: attentionActedSchema,
          example: { status: 'queued' },
        },
      },
      problems: ['not_stuck'],
    },
    handle: async (c, caller, { params: { id } }) => {
      await act(c, caller, id, { action: 'retry', by: caller.person.login });
      return c.json({ status: 'queued' }, 202);
    },
  }),
  userRoute({
    method: 'POST',
    path: '/api/attention/:id/dismiss',
    needs: 'operator',
    operation: {
      id: 'dismissAttention',
      tag: 'Attention',
      summary: 'Give something up that was parked',
      params: paramsSchema,
      body: dismissAttentionBodySchema,
      bodyExample: { reason: 'The issue was closed.' },
      answers: {
        200: {
          description: 'It is given up',
          schema: attentionActedSchema,
          example: { status: 'dismissed' },
        },
      },
      problems: ['not_stuck'],
    },
    handle: async (c, caller, { params: { id }, body: { reason } }) => {
      await act(c, caller, id, { action: 'dismiss', by: caller.person.login, reason });
      return c.json({ status: 'dismissed' });
    },
  }),
];

/** @throws ProblemError when nothing of this id is stuck (any more), or can't be treated so */
async function act(c: AppContext, caller: Caller, id: string, how: Attend): Promise<void> {
  const place = placeOf(id);
  if (place === null) throw notFoundProblem('item with this id');
  const account = await accountOfPlace(c, caller, place);
  const { action: verb, by: _by, ...details } = how;
  const action = verb === 'retry' ? 'attention.retried' : 'attention.dismissed';
  const target = { kind: place.at, id: targetOf(place), name: null };
  await audited(c, caller, { account, action, target, details }, async () => {
    if (!(await attend(c.env, place, how))) throw goneProblem(how);
  });
}

/** What an id says is not believed: a session is asked whose it is. @throws ProblemError */
async function accountOfPlace(c: AppContext, caller: Caller, place: Place): Promise<AccountKey> {
  if (place.at === 'session') return (await reachSession(c, caller, place.sessionId, 'operator')).account;
  mustReachAccount(caller, place.account, 'operator');
  return place.account;
}

function targetOf(place: Place): string {
  switch (place.at) {
    case 'delivery':
      return place.id;
    case 'lease':
    case 'job':
      return place.taskId;
    case 'session':
      return place.sessionId;
    case 'source':
      return place.name;
    default:
      return `${place.lane}/${place.key}`.slice(0, MAX_TARGET_CHARS);
  }
}

function attend(env: Env, place: Place, how: Attend): PromiseLike<boolean> | boolean {
  switch (place.at) {
    case 'delivery':
      return installationOf(env, place.account).attend({ deliveryId: place.id }, how);
    case 'installation':
      return installationOf(env, place.account).attend({ lane: place.lane, key: place.key }, how);
    case 'account':
      return accountOf(env, place.account).attention.attend({ lane: place.lane, key: place.key }, how);
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

/**
 * The accounts that the caller reaches; of the holder of the admin key, the deployment's own and those of the record.
 * The record being down is an item of the list.
 */
async function knownAccounts(
  c: AppContext,
  { reach }: Caller,
  nowMs: number,
): Promise<{ accounts: AccountKey[]; missing: AttentionItem[]; others: boolean }> {
  if (reach.kind === 'accounts') {
    const reached = reach.accounts.filter(({ role }) => role !== null).map(({ account }) => account);
    return { accounts: reached.slice(0, MAX_ACCOUNTS), missing: [], others: reached.length > MAX_ACCOUNTS };
  }
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
