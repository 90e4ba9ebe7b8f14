import type { LoggedEvent } from '../../protocol/events.ts';

/** A session's log as text, some events at a time. */
export type EventWriter = {
  contentType: string;
  extension: string;
  begin: string;
  events(events: readonly LoggedEvent[]): string;
  end(lastEventId: number): string;
};

/**
 * A session's log up to an event as a stream of text. A page is read when the last one is on its way; what a slow
 * reader has not taken stays with the session. If the session can't be read to the end, the stream ends with an error.
 *
 * @param read the next events after an id, at least one while there are any; null when the session is gone
 */
export function streamEvents(
  read: (afterId: number) => Promise<readonly LoggedEvent[] | null>,
  writer: EventWriter,
  lastEventId: number,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let after = 0;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(encoder.encode(writer.begin));
      },
      async pull(controller) {
        // A page may hold nothing that is shown; the stream asks again only when it was given something.
        for (;;) {
          const events = after < lastEventId ? await read(after) : [];
          if (events === null) return controller.error(new Error('The session was deleted meanwhile.'));
          const wanted = events.filter(({ id }) => id <= lastEventId);
          after = wanted.at(-1)?.id ?? lastEventId;
          const isOver = after >= lastEventId;
          const text = writer.events(wanted) + (isOver ? writer.end(lastEventId) : '');
          if (text !== '') controller.enqueue(encoder.encode(text));
          if (isOver) return controller.close();
          if (text !== '') return;
        }
      },
    },
    { highWaterMark: 1 },
  );
}
