import { z } from 'zod';
import { createTaskBodySchema, endTaskBodySchema } from '../../protocol/http.ts';
import { type SessionId, splitTaskId, taskIdSchema } from '../../protocol/ids.ts';
import { cutPage } from '../record/page-cursor.ts';
import { sessionOf } from './durable-objects.ts';
import { apiTriggerId, planTask } from './plan-session.ts';
import { notFoundProblem, refusalProblem } from './problem.ts';
import { countParameter, cursorParameter, readBody, readIdempotencyKey, readQuery } from './read-input.ts';
import type { AppContext, Route } from './route.ts';
import { sessionIdIn, snapshotOf } from './session-of-path.ts';

const MAX_PAGE = 100;

const pageQuerySchema = z.object({ cursor: cursorParameter, limit: countParameter(1, MAX_PAGE, MAX_PAGE) });

export const taskRoutes: Route[] = [
  {
    method: 'GET',
    path: '/api/sessions/:id/tasks',
    access: 'user',
    needs: 'viewer',
    handle: async (c) => {
      const { cursor, limit } = readQuery(c, pageQuerySchema);
      const { tasks } = await snapshotOf(c, sessionIdIn(c));
      const rest = tasks
        .filter(({ number }) => cursor === null || number > cursor.at)
        .sort((a, b) => a.number - b.number);
      return c.json(cutPage(rest, limit, ({ number, id }) => ({ at: number, id })));
    },
  },
  {
    method: 'POST',
    path: '/api/sessions/:id/tasks',
    access: 'user',
    needs: 'operator',
    handle: async (c, admin) => {
      const id = sessionIdIn(c);
      const { prompt, options } = await readBody(c, createTaskBodySchema);
      const trigger = apiTriggerId(readIdempotencyKey(c), crypto.randomUUID());
      const result = await sessionOf(c.env, id).addTask(planTask(prompt, options, admin, trigger));
      if (result.status === 'refused') throw refusalProblem(result);
      return c.json(result.task, 201);
    },
  },
  {
    method: 'GET',
    path: '/api/tasks/:taskId',
    access: 'user',
    needs: 'viewer',
    handle: async (c) => {
      const { sessionId, taskNumber } = taskIn(c);
      const { tasks } = await snapshotOf(c, sessionId);
      const task = tasks.find(({ number }) => number === taskNumber);
      if (task === undefined) throw notFoundProblem('task with this id');
      return c.json(task);
    },
  },
  endRoute('cancel'),
  endRoute('stop'),
  repeatRoute('retry'),
  repeatRoute('resume'),
];

function endRoute(how: 'cancel' | 'stop'): Route {
  return {
    method: 'POST',
    path: `/api/tasks/:taskId/${how}`,
    access: 'user',
    needs: 'operator',
    handle: async (c, admin) => {
      const { sessionId, taskNumber } = taskIn(c);
      const { reason = null } = await readBody(c, endTaskBodySchema);
      const session = sessionOf(c.env, sessionId);
      const result = await session.endTask(taskNumber, how, admin.person.login, reason);
      if (result.status === 'refused') throw refusalProblem(result);
      return c.json(result.task);
    },
  };
}

function repeatRoute(how: 'retry' | 'resume'): Route {
  return {
    method: 'POST',
    path: `/api/tasks/:taskId/${how}`,
    access: 'user',
    needs: 'operator',
    handle: async (c, admin) => {
      const { sessionId, taskNumber } = taskIn(c);
      const trigger = apiTriggerId(readIdempotencyKey(c), crypto.randomUUID());
      const session = sessionOf(c.env, sessionId);
      const result = await session.repeatTask(taskNumber, how, trigger, admin.person);
      if (result.status === 'refused') throw refusalProblem(result);
      return c.json(result.task, 201);
    },
  };
}

/** @throws ProblemError when the path holds no task id */
function taskIn(c: AppContext): { sessionId: SessionId; taskNumber: number } {
  const id = taskIdSchema.safeParse(c.req.param('taskId'));
  if (!id.success) throw notFoundProblem('task with this id');
  return splitTaskId(id.data);
}
