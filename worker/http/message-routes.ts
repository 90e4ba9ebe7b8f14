import { z } from 'zod';
import { postMessageBodySchema, type SubmitAnswer } from '../../protocol/http.ts';
import { cutPage } from '../record/page-cursor.ts';
import { sessionOf } from './durable-objects.ts';
import { apiTriggerId, planTask } from './plan-session.ts';
import { refusalProblem } from './problem.ts';
import { countParameter, cursorParameter, readBody, readIdempotencyKey, readQuery } from './read-input.ts';
import type { Route } from './route.ts';
import { sessionIdIn, snapshotOf } from './session-of-path.ts';

const MAX_PAGE = 100;

const pageQuerySchema = z.object({ cursor: cursorParameter, limit: countParameter(1, MAX_PAGE, MAX_PAGE) });

export const messageRoutes: Route[] = [
  {
    method: 'GET',
    path: '/api/sessions/:id/messages',
    access: 'user',
    needs: 'viewer',
    handle: async (c) => {
      const { cursor, limit } = readQuery(c, pageQuerySchema);
      const { messages } = await snapshotOf(c, sessionIdIn(c));
      const rest = messages
        .filter(
          ({ createdAt, id }) =>
            cursor === null || createdAt > cursor.at || (createdAt === cursor.at && id > cursor.id),
        )
        .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
      return c.json(cutPage(rest, limit, ({ createdAt, id }) => ({ at: createdAt, id })));
    },
  },
  {
    method: 'POST',
    path: '/api/sessions/:id/messages',
    access: 'user',
    needs: 'operator',
    handle: async (c, admin) => {
      const id = sessionIdIn(c);
      const { text } = await readBody(c, postMessageBodySchema);
      const trigger = apiTriggerId(readIdempotencyKey(c), crypto.randomUUID());
      const result = await sessionOf(c.env, id).addMessage(planTask(text, undefined, admin, trigger));
      if (result.status === 'refused') throw refusalProblem(result);
      const { task } = result;
      const answer: SubmitAnswer =
        result.status === 'task_created'
          ? { outcome: 'task_created', task }
          : { outcome: 'message_queued', task, messageId: result.messageId };
      return c.json(answer, result.duplicate ? 200 : 201);
    },
  },
];
