import { z } from 'zod';
import { loggedEventSchema } from './events.ts';
import { sessionViewSchema } from './session.ts';
import { messageViewSchema, taskViewSchema } from './task.ts';

/**
 * Session → viewer. A viewer asks for `?after=<last event id>` when it connects. First one `snapshot`, then every
 * event after that id in order, then live frames.
 *
 * A viewer sends pings. One that connects with `&seen=1` also says what it has read (`SeenTeller`), so that the
 * session sends no more than it reads; without it the socket is closed with 4429 now and then, to come back.
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

/** A viewer says what it has read after so many characters: seldom enough that short sessions wake nobody. */
const SEEN_EVERY_CHARS = 64_000;

const SEEN = /^seen:(\d{1,15})$/;

/** The event up to which a viewer has read, out of what it says; null when it says something else. */
export function readSeen(text: string): number | null {
  const id = SEEN.exec(text)?.[1];
  return id === undefined ? null : Number(id);
}

/** Tells, for one connection, when a viewer has to say what it has read. */
export class SeenTeller {
  #chars = 0;

  /** A frame of so many characters was taken in. @returns what to send now; null for nothing. */
  took(chars: number, lastId: number): string | null {
    this.#chars += chars;
    if (this.#chars < SEEN_EVERY_CHARS) return null;
    this.#chars = 0;
    return `seen:${lastId}`;
  }
}
