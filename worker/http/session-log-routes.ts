import { z } from 'zod';
import { commandLogPageSchema, commandLogSchema, eventPageSchema } from '../../protocol/http.ts';
import { MAX_EVENT_PAGE } from '../../protocol/limits.ts';
import { isUpgrade } from '../access/judge-origin.ts';
import { visitEnd } from '../access/visit-end.ts';
import { listCommandLogs } from '../record/list-command-logs.ts';
import { withVisit } from '../session/socket-paths.ts';
import { sessionOf } from './durable-objects.ts';
import { notFoundProblem } from './problem.ts';
import { countParameter, cursorParameter } from './read-input.ts';
import { readRecord } from './read-record.ts';
import { type Route, userRoute } from './route.ts';
import { EXAMPLE_LOG, EXAMPLE_TASK_ID } from './session-examples.ts';
import { reachSession, sessionParamsSchema } from './session-of-path.ts';

const MAX_PAGE = 100;
const DEFAULT_PAGE = 50;

const logsQuerySchema = z.object({
  /** Number of the task in its session. */
  task: z.coerce.number().int().positive().optional(),
  tool: z.string().min(1).max(200).optional(),
  status: commandLogSchema.shape.status.optional(),
  cursor: cursorParameter,
  limit: countParameter(1, MAX_PAGE, DEFAULT_PAGE),
});
const eventsQuerySchema = z.object({
  after: countParameter(0, Number.MAX_SAFE_INTEGER, 0),
  limit: countParameter(1, MAX_EVENT_PAGE, MAX_EVENT_PAGE),
});

const EXAMPLE_EVENTS = {
  events: [
    {
      id: 12,
      at: 1_780_000_004_000,
      taskId: EXAMPLE_TASK_ID,
      event: { type: 'notice', level: 'info', text: 'Fetched.' },
    },
  ],
  lastEventId: 12,
};

/** What happened in a session: as numbered events, and as the tools that were used. */
export const sessionLogRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/api/sessions/:id/logs',
    needs: 'viewer',
    operation: {
      id: 'listCommandLogs',
      tag: 'Record',
      summary: "List a session's tool calls, the oldest first",
      params: sessionParamsSchema,
      query: logsQuerySchema,
      revalidates: true,
      answers: {
        200: {
          description: 'A page of tool calls; inputs and results are cut at 50 KB and marked',
          schema: commandLogPageSchema,
          example: { items: [EXAMPLE_LOG], next: null },
        },
      },
      problems: ['not_found', 'record_unavailable'],
    },
    handle: async (c, caller, { params, query }) => {
      await reachSession(c, caller, params.id, 'viewer');
      return c.json(await readRecord(c, (db) => listCommandLogs(db, { sessionId: params.id, ...query })));
    },
  }),
  userRoute({
    method: 'GET',
    path: '/api/sessions/:id/events',
    needs: 'viewer',
    operation: {
      id: 'readEvents',
      tag: 'Sessions',
      summary: "Read a session's numbered events",
      description:
        'A page of events after a number; with `Accept: text/event-stream` a stream of them that goes on (`Last-Event-ID` says where), and with `Upgrade: websocket` a socket that begins with a snapshot.',
      params: sessionParamsSchema,
      query: eventsQuerySchema,
      answers: {
        200: { description: 'A page of events', schema: eventPageSchema, example: EXAMPLE_EVENTS },
        101: { description: 'A socket' },
      },
      problems: ['not_found'],
    },
    handle: async (c, caller, { params: { id }, query: { after, limit } }) => {
      await reachSession(c, caller, id, 'viewer');
      const streams = c.req.header('accept')?.includes('text/event-stream') ?? false;
      if (isUpgrade(c.req.raw) || streams) {
        const response = await sessionOf(c.env, id).fetch(withVisit(c.req.raw, visitEnd(caller, Date.now())));
        if (response.status === 404) throw notFoundProblem(`session ${id}`);
        return response;
      }
      const page = await sessionOf(c.env, id).eventsAfter(after, limit);
      if (page === null) throw notFoundProblem(`session ${id}`);
      return c.json(page);
    },
  }),
];
