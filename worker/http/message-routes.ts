import { z } from 'zod';
import { messagePageSchema, postMessageBodySchema, submitAnswerSchema } from '../../protocol/http.ts';
import { cutPage } from '../record/page-cursor.ts';
import { audited } from './audited.ts';
import { sessionOf } from './durable-objects.ts';
import { apiTriggerId, planTask } from './plan-session.ts';
import { refusalProblem } from './problem.ts';
import { countParameter, cursorParameter, readIdempotencyKey } from './read-input.ts';
import { type Route, userRoute } from './route.ts';
import { EXAMPLE_MESSAGE, EXAMPLE_TASK } from './session-examples.ts';
import { reachSession, sessionParamsSchema, snapshotOf } from './session-of-path.ts';
import { submitAnswer } from './submit-answer.ts';

const MAX_PAGE = 100;

const pageQuerySchema = z.object({ cursor: cursorParameter, limit: countParameter(1, MAX_PAGE, MAX_PAGE) });

export const messageRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/api/sessions/:id/messages',
    needs: 'viewer',
    operation: {
      id: 'listMessages',
      tag: 'Messages',
      summary: "List a session's messages, the oldest first",
      params: sessionParamsSchema,
      query: pageQuerySchema,
      answers: {
        200: {
          description: 'A page of messages',
          schema: messagePageSchema,
          example: { items: [EXAMPLE_MESSAGE], next: null },
        },
      },
      problems: ['not_found'],
    },
    handle: async (c, caller, { params, query: { cursor, limit } }) => {
      await reachSession(c, caller, params.id, 'viewer');
      const { messages } = await snapshotOf(c, params.id);
      const rest = messages
        .filter(
          ({ createdAt, id }) =>
            cursor === null || createdAt > cursor.at || (createdAt === cursor.at && id > cursor.id),
        )
        .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
      return c.json(cutPage(rest, limit, ({ createdAt, id }) => ({ at: createdAt, id })));
    },
  }),
  userRoute({
    method: 'POST',
    path: '/api/sessions/:id/messages',
    needs: 'operator',
    operation: {
      id: 'postMessage',
      tag: 'Messages',
      summary: 'Say something in a session',
      description: 'Steers the task that waits or runs; starts one when nothing does.',
      params: sessionParamsSchema,
      body: postMessageBodySchema,
      bodyExample: { text: EXAMPLE_MESSAGE.content },
      idempotent: true,
      answers: {
        201: {
          description: 'What the message came to',
          schema: submitAnswerSchema,
          example: { outcome: 'message_queued', task: EXAMPLE_TASK, messageId: EXAMPLE_MESSAGE.id },
        },
        200: {
          description: 'What an earlier request with this `Idempotency-Key` came to',
          schema: submitAnswerSchema,
          example: { outcome: 'task_created', task: EXAMPLE_TASK },
        },
      },
      problems: ['not_found'],
    },
    handle: async (c, caller, { params: { id }, body: { text } }) => {
      const { account, title } = await reachSession(c, caller, id, 'operator');
      const trigger = apiTriggerId(readIdempotencyKey(c), crypto.randomUUID());
      const target = { kind: 'session', id, name: title };
      return audited(c, caller, { account, action: 'message.posted', target }, async () => {
        const result = await sessionOf(c.env, id).addMessage(planTask(text, undefined, caller, trigger));
        if (result.status === 'refused') throw refusalProblem(result);
        return c.json(submitAnswer(result), result.duplicate ? 200 : 201);
      });
    },
  }),
];
