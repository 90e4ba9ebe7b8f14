import { z } from 'zod';
import { createTaskBodySchema, taskPageSchema } from '../../protocol/http.ts';
import { taskViewSchema } from '../../protocol/task.ts';
import { accountOf } from '../account/account-of.ts';
import { cutPage } from '../record/page-cursor.ts';
import { attachmentsOf } from './attachment-routes.ts';
import { audited } from './audited.ts';
import { underName } from './claim-task-name.ts';
import { sessionOf } from './durable-objects.ts';
import { apiTriggerId, planTask, scopedKey } from './plan-session.ts';
import { refusalProblem } from './problem.ts';
import { countParameter, cursorParameter, readIdempotencyKey } from './read-input.ts';
import { resolveAfter } from './resolve-after.ts';
import { type Route, userRoute } from './route.ts';
import { EXAMPLE_TASK } from './session-examples.ts';
import {
  reachSession,
  readSession,
  sessionParamsSchema,
  taskParamsSchema,
  taskQuerySchema,
} from './session-of-path.ts';
import { settleTask } from './settle-task.ts';
import { reachTask, readTask } from './task-of-path.ts';

const MAX_PAGE = 100;

const pageQuerySchema = z.object({ cursor: cursorParameter, limit: countParameter(1, MAX_PAGE, MAX_PAGE) });

export const taskRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/api/sessions/:id/tasks',
    needs: 'viewer',
    operation: {
      id: 'listSessionTasks',
      tag: 'Tasks',
      summary: "List a session's tasks in their order",
      params: sessionParamsSchema,
      query: pageQuerySchema,
      revalidates: true,
      answers: {
        200: {
          description: 'A page of tasks',
          schema: taskPageSchema,
          example: { items: [EXAMPLE_TASK], next: null },
        },
      },
      problems: ['not_found'],
    },
    handle: async (c, caller, { params, query: { cursor, limit } }) => {
      const { tasks } = await readSession(c, caller, params.id);
      const rest = tasks
        .filter(({ number }) => cursor === null || number > cursor.at)
        .sort((a, b) => a.number - b.number);
      return c.json(cutPage(rest, limit, ({ number, id }) => ({ at: number, id })));
    },
  }),
  userRoute({
    method: 'POST',
    path: '/api/sessions/:id/tasks',
    needs: 'operator',
    operation: {
      id: 'createTask',
      tag: 'Tasks',
      summary: 'Add a task to a session',
      description:
        'It waits behind the tasks of the session that are not over; with `start: false` until somebody starts it; with `after` until those tasks have ended, and lets tasks behind it go first.',
      params: sessionParamsSchema,
      body: createTaskBodySchema,
      bodyExample: { prompt: EXAMPLE_TASK.request, options: { maxMinutes: 20 }, name: 'mend-login' },
      idempotent: true,
      answers: { 201: { description: 'The task', schema: taskViewSchema, example: EXAMPLE_TASK } },
      problems: [
        'not_found',
        'not_allowed',
        'name_taken',
        'wrong_account',
        'invalid_settings',
        'github_unavailable',
      ],
    },
    handle: async (c, caller, { params: { id }, body }) => {
      const { title, ...place } = await reachSession(c, caller, id, 'operator');
      const { account } = place;
      const trigger = apiTriggerId(scopedKey(caller, readIdempotencyKey(c)), crypto.randomUUID());
      const target = { kind: 'session', id, name: title };
      return audited(c, caller, { account, action: 'task.created', target }, async () => {
        const claim = { sessionId: id, trigger };
        const task = await underName(c, account, body.name, claim, async () => {
          const [attachments, settled, after] = await Promise.all([
            attachmentsOf(c, id, body.attachments),
            settleTask(c, caller, place, body),
            resolveAfter(c, caller, account, body.after),
          ]);
          const result = await sessionOf(c.env, id).addTask(
            planTask({ ...body, ...settled, after, attachments }, caller, trigger),
          );
          if (result.status === 'refused') throw refusalProblem(result);
          return result.task;
        });
        return c.json(task, 201);
      });
    },
  }),
  userRoute({
    method: 'GET',
    path: '/api/tasks/:taskId',
    needs: 'viewer',
    operation: {
      id: 'getTask',
      tag: 'Tasks',
      summary: 'Read a task',
      params: taskParamsSchema,
      query: taskQuerySchema,
      revalidates: true,
      answers: { 200: { description: 'The task', schema: taskViewSchema, example: EXAMPLE_TASK } },
      problems: ['not_found'],
    },
    handle: async (c, caller, path) => c.json(await readTask(c, caller, path)),
  }),
  userRoute({
    method: 'DELETE',
    path: '/api/tasks/:taskId',
    needs: 'operator',
    operation: {
      id: 'deleteTask',
      tag: 'Tasks',
      summary: 'Delete a task that is over or held',
      description:
        'Deletes its request, messages and command logs, here and in the record, and frees its name. What it cost stays in the usage. The session’s numbered events are never changed: they go when the session is deleted.',
      params: taskParamsSchema,
      query: taskQuerySchema,
      answers: { 204: { description: 'The task is gone; the record follows in a moment' } },
      problems: ['not_found', 'conflict'],
    },
    handle: async (c, caller, path) => {
      const { session, sessionId, taskNumber, account, target } = await reachTask(
        c,
        caller,
        path,
        'operator',
      );
      return audited(c, caller, { account, action: 'task.deleted', target }, async () => {
        const order = { type: 'delete', by: caller.person.login } as const;
        const result = await session.orderTask(taskNumber, order);
        if (result.status === 'refused') throw refusalProblem(result);
        const { name } = result.task;
        if (name !== undefined) await accountOf(c.env, account).taskNames.release(name, sessionId);
        return c.body(null, 204);
      });
    },
  }),
];
