import { z } from 'zod';
import { createTaskBodySchema, taskPageSchema } from '../../protocol/http.ts';
import { taskViewSchema } from '../../protocol/task.ts';
import { cutPage } from '../record/page-cursor.ts';
import { audited } from './audited.ts';
import { sessionOf } from './durable-objects.ts';
import { apiTriggerId, planTask } from './plan-session.ts';
import { refusalProblem } from './problem.ts';
import { countParameter, cursorParameter, readIdempotencyKey } from './read-input.ts';
import { type Route, userRoute } from './route.ts';
import { EXAMPLE_TASK } from './session-examples.ts';
import {
  reachSession,
  readSession,
  readTask,
  sessionParamsSchema,
  taskParamsSchema,
} from './session-of-path.ts';

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
      description: 'It waits behind the tasks of the session that are not over.',
      params: sessionParamsSchema,
      body: createTaskBodySchema,
      bodyExample: { prompt: EXAMPLE_TASK.request, options: { maxMinutes: 20 } },
      idempotent: true,
      answers: { 201: { description: 'The task', schema: taskViewSchema, example: EXAMPLE_TASK } },
      problems: ['not_found'],
    },
    handle: async (c, caller, { params: { id }, body: { prompt, options } }) => {
      const { account, title } = await reachSession(c, caller, id, 'operator');
      const trigger = apiTriggerId(readIdempotencyKey(c), crypto.randomUUID());
      const target = { kind: 'session', id, name: title };
      return audited(c, caller, { account, action: 'task.created', target }, async () => {
        const result = await sessionOf(c.env, id).addTask(planTask(prompt, options, caller, trigger));
        if (result.status === 'refused') throw refusalProblem(result);
        return c.json(result.task, 201);
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
      answers: { 200: { description: 'The task', schema: taskViewSchema, example: EXAMPLE_TASK } },
      problems: ['not_found'],
    },
    handle: async (c, caller, { params }) => c.json(await readTask(c, caller, params.taskId)),
  }),
];
