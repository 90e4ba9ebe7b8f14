import { z } from 'zod';
import { sessionAnswerSchema, sessionPageSchema } from '../../protocol/http.ts';
import { accountKeySchema } from '../../protocol/ids.ts';
import { sessionStatusSchema } from '../../protocol/session.ts';
import { listSessions } from '../record/list-sessions.ts';
import { createSessionRoute } from './create-session-route.ts';
import { countParameter, cursorParameter } from './read-input.ts';
import { readRecord } from './read-record.ts';
import { type Route, userRoute } from './route.ts';
import { EXAMPLE_SESSION_ANSWER, EXAMPLE_SUMMARY } from './session-examples.ts';
import { readSession, sessionParamsSchema } from './session-of-path.ts';

const MAX_PAGE = 100;
const DEFAULT_PAGE = 50;

const listQuerySchema = z.object({
  account: accountKeySchema.optional(),
  status: sessionStatusSchema.optional(),
  q: z.string().trim().min(1).max(200).optional(),
  cursor: cursorParameter,
  limit: countParameter(1, MAX_PAGE, DEFAULT_PAGE),
});

export const sessionRoutes: Route[] = [
  createSessionRoute,
  userRoute({
    method: 'GET',
    path: '/api/sessions',
    needs: 'viewer',
    operation: {
      id: 'listSessions',
      tag: 'Sessions',
      summary: 'List sessions, the last changed first',
      query: listQuerySchema,
      answers: {
        200: {
          description: 'A page of sessions',
          schema: sessionPageSchema,
          example: { items: [EXAMPLE_SUMMARY], next: null },
        },
      },
      problems: ['record_unavailable'],
    },
    handle: async (c, caller, { query }) => {
      const { account = null, status = null, q: title = null, cursor, limit } = query;
      const asked = { account, status, title, cursor, limit, reach: caller.reach };
      return c.json(await readRecord(c, (db) => listSessions(db, asked)));
    },
  }),
  userRoute({
    method: 'GET',
    path: '/api/sessions/:id',
    needs: 'viewer',
    operation: {
      id: 'getSession',
      tag: 'Sessions',
      summary: 'Read a session and its tasks',
      params: sessionParamsSchema,
      answers: {
        200: {
          description: 'The session and its tasks',
          schema: sessionAnswerSchema,
          example: EXAMPLE_SESSION_ANSWER,
        },
      },
      problems: ['not_found'],
    },
    handle: async (c, caller, { params }) => c.json(await readSession(c, caller, params.id)),
  }),
];
