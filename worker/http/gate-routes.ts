import { overrideGatesBodySchema, retryGatesBodySchema } from '../../protocol/http.ts';
import { taskViewSchema } from '../../protocol/task.ts';
import { audited } from './audited.ts';
import { refusalProblem } from './problem.ts';
import { type Route, userRoute } from './route.ts';
import { EXAMPLE_TASK } from './session-examples.ts';
import { taskParamsSchema, taskQuerySchema } from './session-of-path.ts';
import { reachTask } from './task-of-path.ts';

const TASK_ANSWER = { description: 'The task', schema: taskViewSchema, example: EXAMPLE_TASK };

/** What people decide about a task whose gates failed; `reject` is the third choice. */
export const gateRoutes: Route[] = [
  userRoute({
    method: 'POST',
    path: '/api/tasks/:taskId/gates/retry',
    needs: 'operator',
    operation: {
      id: 'retryGates',
      tag: 'Tasks',
      summary: 'Have failed gates tried again',
      description:
        'With `how: claude` (the default) Claude gets the output of the failed gates, and the note, and tries once more; with `how: gates` they run again on the work as it is. The first decision counts; later ones are refused and told who was first.',
      params: taskParamsSchema,
      query: taskQuerySchema,
      body: retryGatesBodySchema,
      bodyExample: { how: 'claude', note: 'The snapshot is meant to change: update it.' },
      answers: { 200: TASK_ANSWER },
      problems: ['not_found', 'not_allowed', 'conflict'],
    },
    handle: async (c, caller, { body: { how = 'claude', note = null }, ...path }) => {
      const { session, taskNumber, account, target } = await reachTask(c, caller, path, 'operator');
      const details = { how, note };
      return audited(c, caller, { account, action: 'task.gates_retried', target, details }, async () => {
        const order = { type: 'retry_gates', how, note, by: caller.person.login } as const;
        const result = await session.orderTask(taskNumber, order);
        if (result.status === 'refused') throw refusalProblem(result);
        return c.json(result.task);
      });
    },
  }),
  userRoute({
    method: 'POST',
    path: '/api/tasks/:taskId/gates/override',
    needs: 'admin',
    operation: {
      id: 'overrideGates',
      tag: 'Tasks',
      summary: 'Let work pass although required gates failed',
      description:
        'Exactly the work that failed goes on, to approval where the task needs one; work that changes after it has to pass its gates. Who did it stands in the timeline, in the tracking comment and in the audit log.',
      params: taskParamsSchema,
      query: taskQuerySchema,
      body: overrideGatesBodySchema,
      bodyExample: { reason: 'The linter is broken on the default branch, too.' },
      answers: { 200: TASK_ANSWER },
      problems: ['not_found', 'not_allowed', 'conflict'],
    },
    handle: async (c, caller, { body: { reason = null }, ...path }) => {
      const { session, taskNumber, account, target } = await reachTask(c, caller, path, 'admin');
      const details = { reason };
      return audited(c, caller, { account, action: 'task.gates_overridden', target, details }, async () => {
        const order = { type: 'override_gates', reason, by: caller.person.login } as const;
        const result = await session.orderTask(taskNumber, order);
        if (result.status === 'refused') throw refusalProblem(result);
        return c.json(result.task);
      });
    },
  }),
];
