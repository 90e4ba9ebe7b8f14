import { endTaskBodySchema } from '../../protocol/http.ts';
import { splitTaskId } from '../../protocol/ids.ts';
import { taskViewSchema } from '../../protocol/task.ts';
import { audited } from './audited.ts';
import { sessionOf } from './durable-objects.ts';
import { apiTriggerId } from './plan-session.ts';
import { refusalProblem } from './problem.ts';
import { readIdempotencyKey } from './read-input.ts';
import { type Route, userRoute } from './route.ts';
import { EXAMPLE_TASK } from './session-examples.ts';
import { reachSession, taskParamsSchema } from './session-of-path.ts';

/** What people do with a task that is there. */
export const taskVerbRoutes: Route[] = [
  endRoute('cancel', {
    summary: 'End a task for good',
    description: 'What Claude did so far is kept under a rescue ref; messages that wait are dropped.',
  }),
  endRoute('stop', {
    summary: 'End a task so that it can be resumed',
    description: 'The work and the conversation are kept for `resume`.',
  }),
  repeatRoute('retry', {
    summary: 'Start a finished task again as a new one',
    description: 'With the same request and options.',
  }),
  repeatRoute('resume', {
    summary: 'Continue a task where it was stopped',
    description: 'Of a task that was stopped or ran out of its limits.',
  }),
];

type Words = { summary: string; description: string };

function endRoute(how: 'cancel' | 'stop', words: Words): Route {
  return userRoute({
    method: 'POST',
    path: `/api/tasks/:taskId/${how}`,
    needs: 'operator',
    operation: {
      id: `${how}Task`,
      tag: 'Tasks',
      ...words,
      params: taskParamsSchema,
      body: endTaskBodySchema,
      bodyExample: { reason: 'The form is replaced next week.' },
      answers: {
        200: {
          description: 'The task; one that runs ends when its runner has kept the work',
          schema: taskViewSchema,
          example: EXAMPLE_TASK,
        },
      },
      problems: ['not_found', 'not_allowed'],
    },
    handle: async (c, caller, { params: { taskId }, body: { reason = null } }) => {
      const { sessionId, taskNumber } = splitTaskId(taskId);
      const { account, title } = await reachSession(c, caller, sessionId, 'operator');
      const action = how === 'cancel' ? 'task.cancelled' : 'task.stopped';
      const target = { kind: 'task', id: taskId, name: title };
      return audited(c, caller, { account, action, target, details: { reason } }, async () => {
        const session = sessionOf(c.env, sessionId);
        const result = await session.endTask(taskNumber, how, caller.person.login, reason);
        if (result.status === 'refused') throw refusalProblem(result);
        return c.json(result.task);
      });
    },
  });
}

function repeatRoute(how: 'retry' | 'resume', words: Words): Route {
  return userRoute({
    method: 'POST',
    path: `/api/tasks/:taskId/${how}`,
    needs: 'operator',
    operation: {
      id: `${how}Task`,
      tag: 'Tasks',
      ...words,
      params: taskParamsSchema,
      idempotent: true,
      answers: { 201: { description: 'The task', schema: taskViewSchema, example: EXAMPLE_TASK } },
      problems: ['not_found', 'not_allowed', 'conflict'],
    },
    handle: async (c, caller, { params: { taskId } }) => {
      const { sessionId, taskNumber } = splitTaskId(taskId);
      const { account, title } = await reachSession(c, caller, sessionId, 'operator');
      const trigger = apiTriggerId(readIdempotencyKey(c), crypto.randomUUID());
      const action = how === 'retry' ? 'task.retried' : 'task.resumed';
      const target = { kind: 'task', id: taskId, name: title };
      return audited(c, caller, { account, action, target }, async () => {
        const session = sessionOf(c.env, sessionId);
        const result = await session.repeatTask(taskNumber, how, trigger, caller.person);
        if (result.status === 'refused') throw refusalProblem(result);
        return c.json(result.task, 201);
      });
    },
  });
}
