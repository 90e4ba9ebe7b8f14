import { z } from 'zod';
import {
  eventPageSchema,
  type SessionAnswer,
  sessionAnswerSchema,
  sessionPageSchema,
} from '../../protocol/http.ts';
import { type SessionId, sessionIdSchema } from '../../protocol/ids.ts';
import { MAX_EVENT_PAGE } from '../../protocol/limits.ts';
import { openedShareSchema } from '../../protocol/opened-share.ts';
import type { ShareView } from '../../protocol/shares.ts';
import { isUpgrade } from '../access/judge-origin.ts';
import type { Reach } from '../access/reach.ts';
import { accountOf } from '../account/account-of.ts';
import { listSessions } from '../record/list-sessions.ts';
import { NO_FILTERS } from '../record/session-query.ts';
import { withShare } from '../session/socket-paths.ts';
import {
  eventsForStrangers,
  redacted,
  sessionForStrangers,
  taskForStrangers,
} from '../shares/for-strangers.ts';
import { sessionOf } from './durable-objects.ts';
import { notFoundProblem, unauthorizedProblem } from './problem.ts';
import { countParameter, cursorParameter } from './read-input.ts';
import { readRecord } from './read-record.ts';
import { type AppContext, type Route, shareRoute } from './route.ts';
import { EXAMPLE_SESSION_ANSWER, EXAMPLE_SESSION_ID, EXAMPLE_SUMMARY } from './session-examples.ts';

const MAX_PAGE = 100;
const DEFAULT_PAGE = 50;

const shareParamsSchema = z.object({ share: z.uuid() });
const sessionParamsSchema = shareParamsSchema.extend({ id: sessionIdSchema });
const listQuerySchema = z.object({
  cursor: cursorParameter,
  limit: countParameter(1, MAX_PAGE, DEFAULT_PAGE),
});
const eventsQuerySchema = z.object({
  after: countParameter(0, Number.MAX_SAFE_INTEGER, 0),
  limit: countParameter(1, MAX_EVENT_PAGE, MAX_EVENT_PAGE),
});

const EXAMPLE_SHARE_ID = '7c0e7f3a-2f0d-4b52-9a53-0d2b9f2f9a11';

/** What is seen through a share link: reads only, and each text redacted once more. */
export const sharedRoutes: Route[] = [
  shareRoute({
    method: 'GET',
    path: '/api/shared/:share',
    operation: {
      id: 'getShared',
      tag: 'Share links',
      summary: 'Say what a share link shows',
      params: shareParamsSchema,
      answers: {
        200: {
          description: 'One session, or the page of an account',
          schema: openedShareSchema,
          example: {
            id: EXAMPLE_SHARE_ID,
            scope: { kind: 'session', sessionId: EXAMPLE_SESSION_ID },
            expiresAt: 1_780_604_800_000,
          },
        },
      },
      problems: ['unauthorized', 'forbidden'],
    },
    handle: (c, share) => c.json(openedShareSchema.parse(share)),
  }),
  shareRoute({
    method: 'GET',
    path: '/api/shared/:share/sessions',
    operation: {
      id: 'listSharedSessions',
      tag: 'Share links',
      summary: 'List the sessions that a share link shows, the last changed first',
      params: shareParamsSchema,
      query: listQuerySchema,
      answers: {
        200: {
          description: 'A page of sessions; of a link to one session there is no list',
          schema: sessionPageSchema,
          example: { items: [EXAMPLE_SUMMARY], next: null },
        },
      },
      problems: ['unauthorized', 'forbidden', 'not_found', 'record_unavailable'],
    },
    handle: async (c, { account, scope }, { query }) => {
      if (scope.kind !== 'account') throw notFoundProblem('list behind this share link');
      const asked = { ...NO_FILTERS, ...query, account, reach: reachOf(account) };
      return c.json(redacted(await readRecord(c, (db) => listSessions(db, asked))));
    },
  }),
  shareRoute({
    method: 'GET',
    path: '/api/shared/:share/sessions/:id',
    operation: {
      id: 'getSharedSession',
      tag: 'Share links',
      summary: 'Read a session that a share link shows',
      params: sessionParamsSchema,
      answers: {
        200: {
          description: 'The session and its tasks, without addresses of people and names of machines',
          schema: sessionAnswerSchema,
          example: EXAMPLE_SESSION_ANSWER,
        },
      },
      problems: ['unauthorized', 'forbidden', 'not_found'],
    },
    handle: async (c, share, { params: { id } }) => {
      const { session, tasks } = await sharedSession(c, share, id);
      return c.json({
        session: sessionForStrangers(session),
        tasks: tasks.map(taskForStrangers),
      } satisfies SessionAnswer);
    },
  }),
  shareRoute({
    method: 'GET',
    path: '/api/shared/:share/sessions/:id/events',
    operation: {
      id: 'readSharedEvents',
      tag: 'Share links',
      summary: 'Read the numbered events of a session that a share link shows',
      description:
        'As GET /api/sessions/{id}/events: pages, server-sent events or a WebSocket. A stream ends (a socket with code 4401) the moment the link expires or is taken away.',
      params: sessionParamsSchema,
      query: eventsQuerySchema,
      answers: {
        200: {
          description: 'A page of events',
          schema: eventPageSchema,
          example: { events: [], lastEventId: 12 },
        },
        101: { description: 'A socket' },
      },
      problems: ['unauthorized', 'forbidden', 'not_found'],
    },
    handle: async (c, share, { params: { id }, query: { after, limit } }) => {
      await sharedSession(c, share, id);
      const streams = c.req.header('accept')?.includes('text/event-stream') ?? false;
      if (isUpgrade(c.req.raw) || streams) return follow(c, share, id);
      const page = await sessionOf(c.env, id).eventsAfter(after, limit);
      if (page === null) throw notFoundProblem(`session ${id}`);
      return c.json({ ...page, events: eventsForStrangers(page.events) });
    },
  }),
];

const reachOf = (account: string): Reach => ({
  kind: 'accounts',
  accounts: [{ account, role: 'viewer', repositories: 'all' }],
});

/** @throws ProblemError when the link does not show this session */
async function sharedSession(c: AppContext, { account, scope }: ShareView, id: SessionId) {
  const found =
    scope.kind === 'session' && scope.sessionId !== id ? null : await sessionOf(c.env, id).overview();
  if (found === null || found.session.account !== account) throw notFoundProblem(`session ${id}`);
  return found;
}

/** The account notes who looks where before the session lets him in, so that it can have him let go. */
async function follow(c: AppContext, share: ShareView, id: SessionId): Promise<Response> {
  const good = await accountOf(c.env, share.account).shares.watch(share.id, id);
  const claim = { shareId: share.id, until: share.expiresAt };
  const response = good === null ? null : await sessionOf(c.env, id).fetch(withShare(c.req.raw, id, claim));
  if (response === null || response.status === 401) {
    throw unauthorizedProblem('The share link has ended.', 'Ask whoever gave it to you for a new one.');
  }
  if (response.status === 404) throw notFoundProblem(`session ${id}`);
  return response;
}
