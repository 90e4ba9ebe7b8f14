import { z } from 'zod';
import { endTaskBodySchema, postMessageBodySchema, submitAnswerSchema } from '../../protocol/http.ts';
import { taskViewSchema } from '../../protocol/task.ts';
import { attachmentsOf } from './attachment-routes.ts';
import { audited } from './audited.ts';
import { apiTriggerId, planTask, scopedKey } from './plan-session.ts';
import { refusalProblem } from './problem.ts';
import { readIdempotencyKey } from './read-input.ts';
import { type Route, userRoute } from './route.ts';
import { EXAMPLE_MESSAGE, EXAMPLE_TASK } from './session-examples.ts';
import { taskParamsSchema, taskQuerySchema } from './session-of-path.ts';
import { submitAnswer } from './submit-answer.ts';
import { reachTask } from './task-of-path.ts';

const TASK_ANSWER = { description: 'The task', schema: taskViewSchema, example: EXAMPLE_TASK };

/** What people do with a task that is there. */
export const taskVerbRoutes: Route[] = [
  orderRoute('start', {
    summary: 'Let a task start that was made with `start: false`, or that is held',
    description:
      'It goes to the queue, behind the tasks of its session that run. Nothing happens when it has started.',
  }),
  orderRoute('pause', {
    summary: 'Pause a task',
    description:
      'Claude is interrupted at its next safe point and holds, its process alive, until `resume`; the task’s time stands still. A task that waits for a runner is held instead. The task is `paused` when Claude holds; after 24 hours it is stopped.',
  }),
  orderRoute('finish', {
    summary: 'Take the work of a task that waits for a person as it is',
    description:
      'Of a chat between two messages, or of a task whose responder was unsure. The conversation ends; the work goes through its gates and its approval. The first one counts; whoever is later is told who was first.',
  }),
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
    description: 'With the same request and options, and without its name.',
  }),
  repeatRoute('resume', {
    summary: 'Let a task go on',
    description:
      'One that is paused or held goes on where it is; one that was stopped or ran out of its limits is queued again with its work and its conversation.',
  }),
  inputRoute(),
];

const ORDER_ACTIONS = { start: 'task.started', pause: 'task.paused', finish: 'task.finished' } as const;

type Words = { summary: string; description: string };

function orderRoute(type: keyof typeof ORDER_ACTIONS, words: Words): Route {
  return userRoute({
    method: 'POST',
    path: `/api/tasks/:taskId/${type}`,
    needs: 'operator',
    operation: {
      id: `${type}Task`,
      tag: 'Tasks',
      ...words,
      params: taskParamsSchema,
      query: taskQuerySchema,
      body: z.strictObject({}),
      bodyExample: {},
      answers: { 200: TASK_ANSWER },
      problems: ['not_found', 'not_allowed', 'conflict'],
    },
    handle: async (c, caller, path) => {
      const { session, taskNumber, account, target } = await reachTask(c, caller, path, 'operator');
      const action = ORDER_ACTIONS[type];
      return audited(c, caller, { account, action, target }, async () => {
        const result = await session.orderTask(taskNumber, { type, by: caller.person.login });
        if (result.status === 'refused') throw refusalProblem(result);
        return c.json(result.task);
      });
    },
  });
}

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
      query: taskQuerySchema,
      body: endTaskBodySchema,
      bodyExample: { reason: 'The form is replaced next week.' },
      answers: {
        200: {
          ...TASK_ANSWER,
          description: 'The task; one that runs ends when its runner has kept the work',
        },
      },
      problems: ['not_found', 'not_allowed'],
    },
    handle: async (c, caller, { body: { reason = null }, ...path }) => {
      const { session, taskNumber, account, target } = await reachTask(c, caller, path, 'operator');
      const action = how === 'cancel' ? 'task.cancelled' : 'task.stopped';
      return audited(c, caller, { account, action, target, details: { reason } }, async () => {
        const result = await session.endTask(taskNumber, how, caller.person.login, reason);
        if (result.status === 'refused') throw refusalProblem(result);
        return c.json(result.task);
      });
    },
  });
}

function repeatRoute(how: 'retry' | 'resume', words: Words): Route {
  const status = how === 'retry' ? 201 : 200;
  return userRoute({
    method: 'POST',
    path: `/api/tasks/:taskId/${how}`,
    needs: 'operator',
    operation: {
      id: `${how}Task`,
      tag: 'Tasks',
      ...words,
      params: taskParamsSchema,
      query: taskQuerySchema,
      idempotent: true,
      answers: { [status]: TASK_ANSWER },
      problems: ['not_found', 'not_allowed', 'conflict'],
    },
    handle: async (c, caller, path) => {
      const { session, taskNumber, account, target } = await reachTask(c, caller, path, 'operator');
      const trigger = apiTriggerId(scopedKey(caller, readIdempotencyKey(c)), crypto.randomUUID());
      const action = how === 'retry' ? 'task.retried' : 'task.resumed';
      return audited(c, caller, { account, action, target }, async () => {
        const result = await session.repeatTask(taskNumber, how, trigger, caller.person);
        if (result.status === 'refused') throw refusalProblem(result);
        return c.json(result.task, status);
      });
    },
  });
}

function inputRoute(): Route {
  return userRoute({
    method: 'POST',
    path: '/api/tasks/:taskId/input',
    needs: 'operator',
    operation: {
      id: 'inputToTask',
      tag: 'Tasks',
      summary: 'Say something to a task',
      description:
        'Answers a task that waits for input, or steers it: Claude has it at its next step. Unlike a message to the session it never starts another task.',
      params: taskParamsSchema,
      query: taskQuerySchema,
      body: postMessageBodySchema,
      bodyExample: { text: EXAMPLE_MESSAGE.content },
      idempotent: true,
      answers: {
        201: {
          description: 'The message waits for Claude',
          schema: submitAnswerSchema,
          example: { outcome: 'message_queued', task: EXAMPLE_TASK, messageId: EXAMPLE_MESSAGE.id },
        },
      },
      problems: ['not_found', 'not_allowed'],
    },
    handle: async (c, caller, { body: { text, source, attachments: ids }, ...path }) => {
      const { session, sessionId, taskNumber, account, target } = await reachTask(
        c,
        caller,
        path,
        'operator',
      );
      const trigger = apiTriggerId(scopedKey(caller, readIdempotencyKey(c)), crypto.randomUUID());
      return audited(c, caller, { account, action: 'task.input_given', target }, async () => {
        const attachments = await attachmentsOf(c, sessionId, ids);
        const request = planTask({ prompt: text, source, attachments }, caller, trigger);
        const result = await session.addInput(taskNumber, request);
        if (result.status === 'refused') throw refusalProblem(result);
        return c.json(submitAnswer(result), 201);
      });
    },
  });
}
