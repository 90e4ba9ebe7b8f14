import { sessionAnswerSchema, sessionPageSchema, updateSessionBodySchema } from '../../protocol/http.ts';
import type { AccountKey, SessionId } from '../../protocol/ids.ts';
import type { TaskView } from '../../protocol/task.ts';
import { accountOf } from '../account/account-of.ts';
import { listSessions } from '../record/list-sessions.ts';
import { audited } from './audited.ts';
import { createSessionRoute } from './create-session-route.ts';
import { sessionOf } from './durable-objects.ts';
import { refusalProblem } from './problem.ts';
import { readRecord } from './read-record.ts';
import { type AppContext, type Route, userRoute } from './route.ts';
import { EXAMPLE_SESSION_ANSWER, EXAMPLE_SUMMARY } from './session-examples.ts';
import { sessionListQuerySchema, sessionQueryOf } from './session-list-query.ts';
import { reachSession, readSession, sessionParamsSchema } from './session-of-path.ts';

/** What else knew of a session that is gone: names of its tasks, and links that show it. */
async function releaseSession(
  c: AppContext,
  account: AccountKey,
  id: SessionId,
  tasks: readonly TaskView[],
): Promise<void> {
  const { taskNames, shares } = accountOf(c.env, account);
  const links = (await shares.list()).filter(
    ({ scope }) => scope.kind === 'session' && scope.sessionId === id,
  );
  await Promise.all([
    ...tasks.map(({ name }) => name !== undefined && taskNames.release(name, id)),
    ...links.map((link) => shares.revoke(link.id)),
  ]);
}

export const sessionRoutes: Route[] = [
  createSessionRoute,
  userRoute({
    method: 'GET',
    path: '/api/sessions',
    needs: 'viewer',
    operation: {
      id: 'listSessions',
      tag: 'Sessions',
      summary: 'List and search sessions, the last changed first',
      description:
        'From the record, which lags behind by a moment. `since` and `until` go by the time that `sort` names. `q` finds words, or beginnings of words, of titles, messages, paths, labels and metadata; all of them must be in one text.',
      query: sessionListQuerySchema,
      revalidates: true,
      answers: {
        200: {
          description: 'A page of sessions; `next` goes back as `cursor`',
          schema: sessionPageSchema,
          example: { items: [EXAMPLE_SUMMARY], next: null },
        },
      },
      problems: ['record_unavailable'],
    },
    handle: async (c, caller, { query }) =>
      c.json(await readRecord(c, (db) => listSessions(db, sessionQueryOf(query, caller.reach)))),
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
      revalidates: true,
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
  userRoute({
    method: 'PATCH',
    path: '/api/sessions/:id',
    needs: 'operator',
    operation: {
      id: 'updateSession',
      tag: 'Sessions',
      summary: 'Change a session: title, assignee, labels, metadata, and whether it works',
      description:
        '`state: "paused"` pauses the task that runs and starts no other; `"open"` lets them go on. `"closed"` takes no more tasks and messages until it is opened again, by this call or by a mention on GitHub; it is refused while a task is not over. Keys of `metadata` that are null go, those that are left out stay.',
      params: sessionParamsSchema,
      body: updateSessionBodySchema,
      bodyExample: { title: 'Mend the login form', assignee: 'octocat', metadata: { ticket: 'WEB-112' } },
      answers: {
        200: {
          description: 'The session as it is now',
          schema: sessionAnswerSchema,
          example: EXAMPLE_SESSION_ANSWER,
        },
      },
      problems: ['not_found', 'conflict'],
    },
    handle: async (c, caller, { params: { id }, body }) => {
      const { account, title } = await reachSession(c, caller, id, 'operator');
      const target = { kind: 'session', id, name: title };
      const act = { account, action: 'session.updated', target, details: { changes: body } };
      return audited(c, caller, act, async () => {
        const result = await sessionOf(c.env, id).update(body, caller.person.login);
        if (result.status === 'refused') throw refusalProblem(result);
        return c.json(result.answer);
      });
    },
  }),
  userRoute({
    method: 'DELETE',
    path: '/api/sessions/:id',
    needs: 'admin',
    operation: {
      id: 'deleteSession',
      tag: 'Sessions',
      summary: 'Delete a session for good',
      description:
        'Deletes its tasks, messages, events, command logs and stored states, here, in the record and in R2, cuts off who watches and takes its share links away. What it cost stays in the usage, and that it was deleted in the audit log. What was pushed or said on GitHub stays there; its folder on a runner goes with that runner’s clean-up. Refused while a task is not over. A new mention in the same thread begins anew.',
      params: sessionParamsSchema,
      answers: { 204: { description: 'The session is gone; the record follows in a moment' } },
      problems: ['not_found', 'conflict'],
    },
    handle: async (c, caller, { params: { id } }) => {
      const { account, title } = await reachSession(c, caller, id, 'admin');
      const target = { kind: 'session', id, name: title };
      return audited(c, caller, { account, action: 'session.deleted', target }, async () => {
        const { tasks } = await readSession(c, caller, id);
        const result = await sessionOf(c.env, id).erase(caller.person.login);
        if (result.status === 'refused') throw refusalProblem(result);
        await releaseSession(c, account, id, tasks);
        return c.body(null, 204);
      });
    },
  }),
];
