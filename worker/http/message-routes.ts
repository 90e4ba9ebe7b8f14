import { z } from 'zod';
import { messagePageSchema, postMessageBodySchema, submitAnswerSchema } from '../../protocol/http.ts';
import { messageViewSchema } from '../../protocol/task.ts';
import { cutPage } from '../record/page-cursor.ts';
import { attachmentsOf } from './attachment-routes.ts';
import { audited } from './audited.ts';
import { sessionOf } from './durable-objects.ts';
import { apiTriggerId, planTask, scopedKey } from './plan-session.ts';
import { notFoundProblem, refusalProblem } from './problem.ts';
import { countParameter, cursorParameter, readIdempotencyKey } from './read-input.ts';
import { type Route, userRoute } from './route.ts';
import { EXAMPLE_MESSAGE, EXAMPLE_TASK } from './session-examples.ts';
import { reachSession, sessionParamsSchema } from './session-of-path.ts';
import { settleTask } from './settle-task.ts';
import { submitAnswer } from './submit-answer.ts';

const MAX_PAGE = 100;

const pageQuerySchema = z.object({
  /** Number of a task in the session. */
  task: z.coerce.number().int().positive().optional(),
  /** `in`: to Claude; `out`: from it. */
  direction: messageViewSchema.shape.direction.optional(),
  order: z.enum(['asc', 'desc']).default('asc'),
  cursor: cursorParameter,
  limit: countParameter(1, MAX_PAGE, MAX_PAGE),
});

export const messageRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/api/sessions/:id/messages',
    needs: 'viewer',
    operation: {
      id: 'listMessages',
      tag: 'Messages',
      summary: "List a session's messages in the order in which they came",
      description:
        'What people said to Claude (`in`) and what it answered (`out`), each with where it came from. All of them, however long the conversation is.',
      params: sessionParamsSchema,
      query: pageQuerySchema,
      revalidates: true,
      answers: {
        200: {
          description: 'A page of messages',
          schema: messagePageSchema,
          example: { items: [EXAMPLE_MESSAGE], next: null },
        },
      },
      problems: ['not_found'],
    },
    handle: async (c, caller, { params: { id }, query }) => {
      await reachSession(c, caller, id, 'viewer');
      const { cursor, limit, order, direction = null, task: taskNumber = null } = query;
      const place = { after: cursor?.at ?? null, limit: limit + 1, newestFirst: order === 'desc' };
      const page = await sessionOf(c.env, id).messages({ ...place, direction, taskNumber });
      if (page === null) throw notFoundProblem(`session ${id}`);
      const { items, next } = cutPage(page.items, limit, ({ at, message }) => ({ at, id: message.id }));
      return c.json({ items: items.map(({ message }) => message), next });
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
      },
      problems: ['not_found', 'not_allowed', 'invalid_settings', 'github_unavailable'],
    },
    handle: async (c, caller, { params: { id }, body: { text, source, attachments: ids } }) => {
      const { title, ...place } = await reachSession(c, caller, id, 'operator');
      const { account } = place;
      const trigger = apiTriggerId(scopedKey(caller, readIdempotencyKey(c)), crypto.randomUUID());
      const target = { kind: 'session', id, name: title };
      return audited(c, caller, { account, action: 'message.posted', target }, async () => {
        const attachments = await attachmentsOf(c, id, ids);
        const settled = await settleTask(c, caller, place, { prompt: text });
        const result = await sessionOf(c.env, id).addMessage(
          planTask({ ...settled, source, attachments }, caller, trigger),
        );
        if (result.status === 'refused') throw refusalProblem(result);
        return c.json(submitAnswer(result), 201);
      });
    },
  }),
];
