import type { SessionAnswer } from '../../protocol/http.ts';
import { TRANSCRIPT_VERSION, type TranscriptLine } from '../../protocol/transcript.ts';
import type { EventWriter } from './stream-events.ts';

/** A session as JSON lines that can be played again. */
export function transcriptWriter(answer: SessionAnswer, nowMs: number): EventWriter {
  const write = (line: TranscriptLine) => `${JSON.stringify(line)}\n`;
  return {
    contentType: 'application/x-ndjson',
    extension: 'ndjson',
    begin: write({ line: 'session', version: TRANSCRIPT_VERSION, writtenAt: nowMs, ...answer }),
    events: (events) => events.map((event) => write({ line: 'event', ...event })).join(''),
    end: (lastEventId) => write({ line: 'end', lastEventId }),
  };
}
