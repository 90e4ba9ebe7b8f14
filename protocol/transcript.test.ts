import { describe, expect, it } from 'vitest';
import {
  readTranscript,
  replay,
  TRANSCRIPT_VERSION,
  TranscriptError,
  type TranscriptHead,
} from './transcript.ts';

const id = '0f8f6d5e-3c0f-4a58-9d0e-3a1f3f3c2b1a';
const head: TranscriptHead = {
  line: 'session',
  version: TRANSCRIPT_VERSION,
  writtenAt: 9,
  session: {
    id,
    key: `api:${id}`,
    account: 'local',
    title: 'Mend the door',
    source: 'api',
    workspace: { type: 'local', path: '/srv' },
    status: 'idle',
    assignee: null,
    labels: [],
    metadata: {},
    branch: null,
    url: null,
    claudeSessionId: null,
    taskCount: 0,
    lastEventId: 2,
    createdAt: 1,
    updatedAt: 2,
  },
  tasks: [],
};
const event = (number: number, at: number) => ({
  line: 'event',
  id: number,
  at,
  taskId: null,
  event: { type: 'notice', level: 'info', text: `Event ${number}` },
});
const end = (lastEventId: number) => ({ line: 'end', lastEventId });
const textOf = (...lines: object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

describe('a transcript', () => {
  it('is read back as the events that it was written from', () => {
    const { head: read, events } = readTranscript(textOf(head, event(1, 100), event(2, 900), end(2)));
    expect(read.session.title).toBe('Mend the door');
    expect(events).toMatchObject([
      { id: 1, at: 100, event: { text: 'Event 1' } },
      { id: 2, at: 900, event: { text: 'Event 2' } },
    ]);
  });

  it.each([
    ['nothing', ''],
    ['no head', textOf(event(1, 1), end(1))],
    ['a gap', textOf(head, event(1, 1), event(3, 1), end(3))],
    ['an event twice', textOf(head, event(1, 1), event(1, 1), end(2))],
    ['no end', textOf(head, event(1, 1))],
    ['an end too early', textOf(head, event(1, 1), end(2))],
    ['something after the end', textOf(head, end(0), event(1, 1))],
    ['a line cut in two', textOf(head, event(1, 1)).slice(0, -5)],
    ['a newer version', textOf({ ...head, version: TRANSCRIPT_VERSION + 1 }, end(0))],
  ])('is refused with %s, and the line is named', (_what, text) => {
    expect(() => readTranscript(text)).toThrow(TranscriptError);
    expect(() => readTranscript(text)).toThrow(/^Line \d+ of the transcript /);
  });

  it('is played again at another speed, without the nights between', () => {
    const transcript = readTranscript(
      textOf(head, event(1, 100), event(2, 1_100), event(3, 90_000_000), event(4, 80_000_000), end(4)),
    );
    const waits = [...replay(transcript, { speed: 4, longestMs: 2_000 })].map(({ waitMs }) => waitMs);
    expect(waits).toEqual([0, 250, 2_000, 0]);
  });
});
