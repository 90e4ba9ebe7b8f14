import { MAX_EVENT_PAGE } from '../../protocol/limits.ts';
import type { Caller } from '../access/caller.ts';
import { type EventWriter, streamEvents } from '../export/stream-events.ts';
import { reportWriter } from '../export/write-report.ts';
import { transcriptWriter } from '../export/write-transcript.ts';
import { audited } from './audited.ts';
import { sessionOf } from './durable-objects.ts';
import { type AppContext, type Route, userRoute } from './route.ts';
import { readSession, sessionParamsSchema } from './session-of-path.ts';

type Answer = Awaited<ReturnType<typeof readSession>>;

/** One session as a document: for people, and for programs that play it again. */
export const sessionDocumentRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/api/sessions/:id/report',
    needs: 'viewer',
    operation: {
      id: 'exportReport',
      tag: 'Exports',
      summary: 'Read a session as a Markdown report',
      description:
        'From the session itself, up to its last event at that moment. Long tool texts are shortened. Noted in the audit log.',
      params: sessionParamsSchema,
      answers: { 200: { description: 'The report', contentType: 'text/markdown; charset=utf-8' } },
      problems: ['not_found'],
    },
    handle: (c, caller, { params }) => sendDocument(c, caller, params.id, 'report', reportWriter),
  }),
  userRoute({
    method: 'GET',
    path: '/api/sessions/:id/transcript',
    needs: 'viewer',
    operation: {
      id: 'exportTranscript',
      tag: 'Exports',
      summary: 'Read a session as a transcript that can be played again',
      description:
        'JSON lines (protocol/transcript.ts): the session and its tasks, every event with its number and time, and a line that says that it is whole. Noted in the audit log.',
      params: sessionParamsSchema,
      answers: { 200: { description: 'The transcript', contentType: 'application/x-ndjson' } },
      problems: ['not_found'],
    },
    handle: (c, caller, { params }) =>
      sendDocument(c, caller, params.id, 'transcript', (answer) => transcriptWriter(answer, Date.now())),
  }),
];

async function sendDocument(
  c: AppContext,
  caller: Caller,
  id: string,
  kind: 'report' | 'transcript',
  writerOf: (answer: Answer) => EventWriter,
): Promise<Response> {
  const answer = await readSession(c, caller, id);
  const { account, lastEventId } = answer.session;
  const target = { kind: 'session', id, name: answer.session.title.slice(0, 300) };
  const act = { account, action: 'session.exported', target, details: { as: kind, events: lastEventId } };
  const writer = writerOf(answer);
  const body = await audited(c, caller, act, async () =>
    streamEvents(
      async (after) => (await sessionOf(c.env, id).eventsAfter(after, MAX_EVENT_PAGE))?.events ?? null,
      writer,
      lastEventId,
    ),
  );
  return new Response(body, {
    headers: {
      'content-type': writer.contentType,
      'content-disposition': `attachment; filename="signalbox-${kind}-${id}.${writer.extension}"`,
      'cache-control': 'no-store',
    },
  });
}
