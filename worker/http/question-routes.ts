import {
  questionIdSchema,
  questionListSchema,
  questionReplySchema,
  questionViewSchema,
} from '../../protocol/questions.ts';
import { audited } from './audited.ts';
import { notFoundProblem, refusalProblem } from './problem.ts';
import { type Route, userRoute } from './route.ts';
import { EXAMPLE_TASK } from './session-examples.ts';
import { taskParamsSchema, taskQuerySchema } from './session-of-path.ts';
import { reachTask } from './task-of-path.ts';

const EXAMPLE_REPLY = { type: 'answers' as const, answers: [{ choices: ['Blue'], text: null }] };

const EXAMPLE_QUESTION = {
  id: 'toolu_01ABC',
  taskId: EXAMPLE_TASK.id,
  kind: 'question' as const,
  items: [
    {
      text: 'Which colour do the buttons get?',
      header: 'Colour',
      multiSelect: false,
      choices: [
        { label: 'Blue', description: 'As on the other pages' },
        { label: 'Green', description: 'As in the new style guide' },
      ],
    },
  ],
  tool: null,
  askedAt: EXAMPLE_TASK.createdAt,
  state: {
    status: 'open' as const,
    endsAt: EXAMPLE_TASK.createdAt + 86_400_000,
    onNoAnswer: 'continue' as const,
  },
};

/** What Claude asks people in a task. */
export const questionRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/api/tasks/:taskId/questions',
    needs: 'viewer',
    operation: {
      id: 'listQuestions',
      tag: 'Tasks',
      summary: 'List what Claude asked in a task',
      description:
        'Questions and wanted permissions with their choices and how they stand, the latest first; the newest 200.',
      params: taskParamsSchema,
      query: taskQuerySchema,
      answers: {
        200: {
          description: 'The questions',
          schema: questionListSchema,
          example: { items: [EXAMPLE_QUESTION] },
        },
      },
      problems: ['not_found'],
    },
    handle: async (c, caller, path) => {
      const { session, taskNumber } = await reachTask(c, caller, path, 'viewer');
      const items = await session.questions(taskNumber);
      if (items === null) throw notFoundProblem(`task ${path.params.taskId}`);
      return c.json({ items });
    },
  }),
  userRoute({
    method: 'POST',
    path: '/api/tasks/:taskId/questions/:questionId/answer',
    needs: 'operator',
    operation: {
      id: 'answerQuestion',
      tag: 'Tasks',
      summary: 'Answer what Claude asks',
      description:
        'One answer for each item: labels of choices, words of your own, or both. The first answer counts, through whichever door it comes; a later one is refused and told who was first. A permission has the choices `Allow`, `Allow for this task` and `Deny`, with the reason as text.',
      params: taskParamsSchema.extend({ questionId: questionIdSchema }),
      query: taskQuerySchema,
      body: questionReplySchema,
      bodyExample: EXAMPLE_REPLY,
      answers: {
        200: {
          description: 'The question with its answer',
          schema: questionViewSchema,
          example: {
            ...EXAMPLE_QUESTION,
            state: { status: 'answered', reply: EXAMPLE_REPLY, by: 'mona', at: EXAMPLE_TASK.createdAt },
          },
        },
      },
      problems: ['not_found', 'not_allowed', 'conflict', 'invalid'],
    },
    handle: async (c, caller, { body: reply, ...path }) => {
      const { session, taskNumber, account, target } = await reachTask(c, caller, path, 'operator');
      const { questionId } = path.params;
      const details = { questionId };
      return audited(c, caller, { account, action: 'task.question_answered', target, details }, async () => {
        const by = caller.person.login;
        const result = await session.answerQuestion(taskNumber, { questionId, reply, by });
        if (result.status === 'refused') throw refusalProblem(result);
        return c.json(result.question);
      });
    },
  }),
];
