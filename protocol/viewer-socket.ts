import { z } from 'zod';
import { loggedEventSchema } from './events.ts';
import { sessionViewSchema } from './session.ts';
import { messageViewSchema, taskViewSchema } from './task.ts';

/**
 * Session → viewer. A viewer sends nothing but pings; it asks for `?after=<last event id>` when it connects.
 * First one `snapshot`, then every event after that id in order, then live frames.
 */
export const toViewerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('snapshot'),
    session: sessionViewSchema,
    tasks: z.array(taskViewSchema),
    messages: z.array(messageViewSchema),
  }),
  z.object({ type: z.literal('events'), events: z.array(loggedEventSchema) }),
  /** The session or one of its tasks changed. Only the changed ones are named. */
  z.object({
    type: z.literal('changed'),
    session: sessionViewSchema,
    tasks: z.array(taskViewSchema),
    messages: z.array(messageViewSchema),
  }),
]);
export type ToViewer = z.infer<typeof toViewerSchema>;
