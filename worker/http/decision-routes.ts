import { approveTaskBodySchema, rejectTaskBodySchema } from '../../protocol/http.ts';
import { taskViewSchema } from '../../protocol/task.ts';
import { audited } from './audited.ts';
import { refusalProblem } from './problem.ts';
import { type Route, userRoute } from './route.ts';
import { EXAMPLE_TASK } from './session-examples.ts';
import { taskParamsSchema, taskQuerySchema } from './session-of-path.ts';
import { reachTask } from './task-of-path.ts';

const TASK_ANSWER = { description: 'The task', schema: taskViewSchema, example: EXAMPLE_TASK };
const EXAMPLE_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** A person's answer to work that waits for approval. A comment and a button on GitHub end in the same place. */
export const decisionRoutes: Route[] = [
  userRoute({
    method: 'POST',
    path: '/api/tasks/:taskId/approve',
    needs: 'operator',
    operation: {
      id: 'approveTask',
      tag: 'Tasks',
      summary: 'Let work leave that waits for approval',
      description:
        'Exactly the tree that was captured may leave the machine, and nothing that comes after it. With `tree` (`work.tree` of the task) the answer counts only for that. The first answer counts, whoever gives it; later ones are refused and told who was first.',
      params: taskParamsSchema,
      query: taskQuerySchema,
      body: approveTaskBodySchema,
      bodyExample: { tree: EXAMPLE_TREE },
      answers: { 200: TASK_ANSWER },
      problems: ['not_found', 'not_allowed', 'conflict'],
    },
    handle: async (c, caller, { body: { tree = null, reason = null }, ...path }) => {
      const { session, taskNumber, account, target } = await reachTask(c, caller, path, 'operator');
      const details = { tree, reason };
      return audited(c, caller, { account, action: 'task.approved', target, details }, async () => {
        const answer = {
          verdict: 'approved',
          by: caller.person.login,
          via: viaOf(caller),
          reason,
          tree,
        } as const;
        const result = await session.decide(taskNumber, answer, caller.source);
        if (result.status === 'refused') throw refusalProblem(result);
        return c.json(result.task);
      });
    },
  }),
  userRoute({
    method: 'POST',
    path: '/api/tasks/:taskId/reject',
    needs: 'operator',
    operation: {
      id: 'rejectTask',
      tag: 'Tasks',
      summary: 'Reject work that waits for approval',
      description:
        'The folder is put back to what it was before the task; the work is kept under a rescue ref. With `again` Claude gets the reason and tries once more, with the task’s whole time; else the task is over. Work whose gates failed is rejected in the same way, without `again`.',
      params: taskParamsSchema,
      query: taskQuerySchema,
      body: rejectTaskBodySchema,
      bodyExample: { reason: 'The tests must cover the empty list.', again: true },
      answers: {
        200: {
          ...TASK_ANSWER,
          description: 'The task; one that is rejected ends when its runner put the folder back',
        },
      },
      problems: ['not_found', 'not_allowed', 'conflict'],
    },
    handle: async (c, caller, { body: { tree = null, reason = null, again = false }, ...path }) => {
      const { session, taskNumber, account, target } = await reachTask(c, caller, path, 'operator');
      const details = { tree, reason };
      const action = again ? 'task.reworked' : 'task.rejected';
      return audited(c, caller, { account, action, target, details }, async () => {
        const verdict = again ? 'rework' : 'rejected';
        const answer = { verdict, by: caller.person.login, via: viaOf(caller), reason, tree } as const;
        const result = await session.decide(taskNumber, answer, caller.source);
        if (result.status === 'refused') throw refusalProblem(result);
        return c.json(result.task);
      });
    },
  }),
];

function viaOf({ source }: { source: string }): 'page' | 'api' {
  return source === 'dashboard' ? 'page' : 'api';
}
