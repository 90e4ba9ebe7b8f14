import { z } from 'zod';
import { createSessionBodySchema, type SessionAnswer } from '../../protocol/http.ts';
import { accountKeySchema } from '../../protocol/ids.ts';
import { MAX_EVENT_PAGE } from '../../protocol/limits.ts';
import { sessionStatusSchema } from '../../protocol/session.ts';
import { isUpgrade } from '../access/judge-origin.ts';
import { configOf } from '../config.ts';
import { listCommandLogs } from '../record/list-command-logs.ts';
import { listSessions } from '../record/list-sessions.ts';
import { withoutClaims } from '../session/socket-paths.ts';
import { sessionOf } from './durable-objects.ts';
import { findInstalledRepository } from './find-installed-repository.ts';
import { apiSessionId, apiTriggerId, type CreateSession, planSession, planTask } from './plan-session.ts';
import { notFoundProblem, ProblemError, refusalProblem } from './problem.ts';
import { countParameter, cursorParameter, readBody, readIdempotencyKey, readQuery } from './read-input.ts';
import { readRecord } from './read-record.ts';
import type { AppContext, Route } from './route.ts';
import { sessionIdIn, snapshotOf } from './session-of-path.ts';

const MAX_PAGE = 100;
const DEFAULT_PAGE = 50;

const listQuerySchema = z.object({
  account: accountKeySchema.optional(),
  status: sessionStatusSchema.optional(),
  q: z.string().trim().min(1).max(200).optional(),
  cursor: cursorParameter,
  limit: countParameter(1, MAX_PAGE, DEFAULT_PAGE),
});
const logsQuerySchema = z.object({
  cursor: cursorParameter,
  limit: countParameter(1, MAX_PAGE, DEFAULT_PAGE),
});
const eventsQuerySchema = z.object({
  after: countParameter(0, Number.MAX_SAFE_INTEGER, 0),
  limit: countParameter(1, MAX_EVENT_PAGE, MAX_EVENT_PAGE),
});

export const sessionRoutes: Route[] = [
  {
    method: 'POST',
    path: '/api/sessions',
    access: 'user',
    needs: 'operator',
    handle: async (c, admin) => {
      const body = await readBody(c, createSessionBodySchema);
      const key = readIdempotencyKey(c);
      const session = planSession(
        body,
        apiSessionId(key, crypto.randomUUID()),
        admin.source,
        configOf(c.env).defaultAccount,
        await knownRepository(c, body),
      );
      const object = sessionOf(c.env, session.id);
      if (body.prompt === undefined) {
        return c.json({ session: await object.create(session), tasks: [] } satisfies SessionAnswer, 201);
      }
      const trigger = apiTriggerId(key, crypto.randomUUID());
      const result = await object.submit(session, planTask(body.prompt, body.options, admin, trigger));
      if (result.status === 'refused') throw refusalProblem(result);
      const { session: view, tasks } = await snapshotOf(c, session.id);
      return c.json({ session: view, tasks } satisfies SessionAnswer, result.duplicate ? 200 : 201);
    },
  },
  {
    method: 'GET',
    path: '/api/sessions',
    access: 'user',
    needs: 'viewer',
    handle: async (c) => {
      const { account = null, status = null, q: title = null, cursor, limit } = readQuery(c, listQuerySchema);
      return c.json(await readRecord(c, (db) => listSessions(db, { account, status, title, cursor, limit })));
    },
  },
  {
    method: 'GET',
    path: '/api/sessions/:id',
    access: 'user',
    needs: 'viewer',
    handle: async (c) => {
      const { session, tasks } = await snapshotOf(c, sessionIdIn(c));
      return c.json({ session, tasks } satisfies SessionAnswer);
    },
  },
  {
    method: 'GET',
    path: '/api/sessions/:id/logs',
    access: 'user',
    needs: 'viewer',
    handle: async (c) => {
      const sessionId = sessionIdIn(c);
      const { cursor, limit } = readQuery(c, logsQuerySchema);
      return c.json(await readRecord(c, (db) => listCommandLogs(db, { sessionId, cursor, limit })));
    },
  },
  {
    method: 'GET',
    path: '/api/sessions/:id/events',
    access: 'user',
    needs: 'viewer',
    handle: async (c) => {
      const id = sessionIdIn(c);
      const streams = c.req.header('accept')?.includes('text/event-stream') ?? false;
      if (isUpgrade(c.req.raw) || streams) {
        const response = await sessionOf(c.env, id).fetch(withoutClaims(c.req.raw));
        if (response.status === 404) throw notFoundProblem(`session ${id}`);
        return response;
      }
      const { after, limit } = readQuery(c, eventsQuerySchema);
      const page = await sessionOf(c.env, id).eventsAfter(after, limit);
      if (page === null) throw notFoundProblem(`session ${id}`);
      return c.json(page);
    },
  },
];

/** Asks the App's record about a GitHub workspace; refuses what no runner can serve yet. */
async function knownRepository(c: AppContext, { workspace, account }: CreateSession) {
  if (workspace.type === 'e2b') {
    throw new ProblemError(422, 'workspace_not_available', {
      title: 'E2B workspaces are not available',
      detail: 'This version starts no runners inside E2B sandboxes.',
      remedy: 'Use a "github", "worktree" or "local" workspace on a runner of your own.',
    });
  }
  if (workspace.type !== 'github') return null;
  const known = await findInstalledRepository(c, workspace);
  if (account === undefined || account === known.account) return known;
  throw new ProblemError(422, 'wrong_account', {
    title: 'The repository belongs to another account',
    detail: `The repository belongs to ${known.account}, not to ${account}.`,
    remedy: 'Leave "account" out; it follows from the repository.',
  });
}
