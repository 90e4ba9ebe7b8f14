import { z } from 'zod';
import { type LoggedEvent, loggedEventSchema } from './events.ts';
import { sessionAnswerSchema } from './http.ts';

/** Goes up when a reader of older files would take a newer one wrongly. */
export const TRANSCRIPT_VERSION = 1;

/**
 * A session as a file that can be played again: JSON lines, first the session and its tasks as they were when it was
 * written, then every event of its log in order, last a line that says that it is whole.
 */
export const transcriptLineSchema = z.discriminatedUnion('line', [
  z.object({
    line: z.literal('session'),
    version: z.literal(TRANSCRIPT_VERSION),
    writtenAt: z.int(),
    ...sessionAnswerSchema.shape,
  }),
  z.object({ line: z.literal('event'), ...loggedEventSchema.shape }),
  z.object({ line: z.literal('end'), lastEventId: z.int().min(0) }),
]);
export type TranscriptLine = z.infer<typeof transcriptLineSchema>;
export type TranscriptHead = Extract<TranscriptLine, { line: 'session' }>;

export type Transcript = { head: TranscriptHead; events: LoggedEvent[] };

/** Why a text is no whole transcript, and in which line (from 1) that shows. */
export class TranscriptError extends Error {
  override name = 'TranscriptError';
  constructor(lineNumber: number, why: string, options?: ErrorOptions) {
    super(`Line ${lineNumber} of the transcript ${why}.`, options);
  }
}

/**
 * Reads a transcript to play it again: events have numbers from 1 without gaps.
 *
 * @throws TranscriptError when a line is missing, doubled, not understood, or the end was cut off
 */
export function readTranscript(text: string): Transcript {
  const lines = text.split('\n').filter((line) => line !== '');
  const head = parseLine(lines[0] ?? '', 1);
  if (head.line !== 'session') throw new TranscriptError(1, 'is not the one that names the session');
  const events: LoggedEvent[] = [];
  let isWhole = false;
  lines.slice(1).forEach((line, index) => {
    const parsed = parseLine(line, index + 2);
    if (isWhole) throw new TranscriptError(index + 2, 'comes after the end');
    if (parsed.line === 'session') throw new TranscriptError(index + 2, 'names the session again');
    const expected = events.length + 1;
    if (parsed.line === 'event') {
      if (parsed.id !== expected)
        throw new TranscriptError(index + 2, `is event ${parsed.id}, not ${expected}`);
      const { line: _line, ...event } = parsed;
      events.push(event);
      return;
    }
    if (parsed.lastEventId !== events.length) {
      throw new TranscriptError(index + 2, `ends at event ${parsed.lastEventId}, not ${events.length}`);
    }
    isWhole = true;
  });
  if (!isWhole) throw new TranscriptError(lines.length, 'is not the end: the rest is missing');
  return { head, events };
}

/** Waits between the events as they were, made `speed` times as fast, none longer than `longestMs`. */
export function* replay(
  { events }: Transcript,
  { speed, longestMs }: { speed: number; longestMs: number },
): Generator<{ waitMs: number; event: LoggedEvent }> {
  let lastAt = events[0]?.at ?? 0;
  for (const event of events) {
    yield { waitMs: Math.min(Math.max(event.at - lastAt, 0) / speed, longestMs), event };
    lastAt = event.at;
  }
}

function parseLine(line: string, number: number): TranscriptLine {
  try {
    return transcriptLineSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new TranscriptError(number, 'is not understood', { cause });
  }
}
