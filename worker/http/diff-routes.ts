import { z } from 'zod';
import { type DiffView, diffViewSchema } from '../../protocol/diff.ts';
import { taskIdOf } from '../../protocol/ids.ts';
import { notFoundProblem } from './problem.ts';
import { type Route, userRoute } from './route.ts';
import { EXAMPLE_TASK_ID } from './session-examples.ts';
import { taskParamsSchema, taskQuerySchema } from './session-of-path.ts';
import { reachTask } from './task-of-path.ts';

const PATCH = 'diff --git a/src/login.ts b/src/login.ts\n@@ -1 +1 @@\n-old\n+new\n';

const EXAMPLE: DiffView = {
  taskId: EXAMPLE_TASK_ID,
  turn: null,
  turns: [],
  tree: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  files: [{ path: 'src/login.ts', previousPath: null, status: 'modified', insertions: 1, deletions: 1 }],
  filesCut: false,
  insertions: 1,
  deletions: 1,
  patch: { text: PATCH, bytes: PATCH.length, cut: false },
  repositories: [],
};

const MAX_TURN = 100_000;

export const diffRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/api/tasks/:taskId/diff',
    needs: 'viewer',
    operation: {
      id: 'getTaskDiff',
      tag: 'Tasks',
      summary: 'Show what a task changed',
      description:
        'As it was captured last: changed files and the patch, with secrets taken out. A patch beyond 200 KB is cut at a line and says so; the runner keeps the whole, and the bundle of `GET /api/sessions/{id}/checkpoint/bundle` holds it while it is stored. `turn` asks for what one turn changed. Of a task with several repositories, `repositories` has the same of the others; `tree` then names all of it.',
      params: taskParamsSchema,
      query: taskQuerySchema.extend({ turn: z.coerce.number().int().min(1).max(MAX_TURN).optional() }),
      revalidates: true,
      answers: { 200: { description: 'Files and patch', schema: diffViewSchema, example: EXAMPLE } },
      problems: ['not_found'],
    },
    handle: async (c, caller, { params, query: { turn, ...query } }) => {
      const place = await reachTask(c, caller, { params, query }, 'viewer');
      const { session, sessionId, taskNumber } = place;
      const diff = await session.diff(taskNumber, turn ?? null);
      if (diff === null) throw notFoundProblem('captured work of this task');
      return c.json({ taskId: taskIdOf(sessionId, taskNumber), ...diff });
    },
  }),
];
