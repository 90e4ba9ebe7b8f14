import fc from 'fast-check';
import { expect } from 'vitest';
import { loggedEventSchema } from '../../protocol/events.ts';
import { fixturesOf } from '../../protocol/fixtures/read-fixtures.ts';
import { followEvents } from '../../web/model/event-stream.ts';
import { parseRoute, readToken } from '../../web/model/route.ts';
import { createTimeline } from '../../web/model/timeline.ts';
import { describeEvent } from '../../web/view/describe-event.ts';
import { codeSpan, escapeMarkdown, quote } from '../../worker/session/render/escape-markdown.ts';
import { fuzz } from '../fuzz.ts';
import { hostileText, mutatedText } from '../inputs/hostile-text.ts';
import { mutatedJson, mutatedJsonText } from '../inputs/mutated-json.ts';

const frames = fixturesOf('to-viewer').map(([, document]) => document);
const events = [...fixturesOf('runner-event'), ...fixturesOf('control-event')].map(([, event]) => ({
  id: 1,
  at: 0,
  taskId: null,
  event,
}));

/** A socket whose other end is the test. */
class HandedSocket {
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readyState = 1;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  send(): void {}
  close(): void {
    this.readyState = 3;
  }
}

fuzz(
  'frames of a session: shown in order and once, or asked for again',
  fc.array(mutatedJsonText(frames), { maxLength: 5 }),
  (texts) => {
    const socket = new HandedSocket();
    const ids: number[] = [];
    const stream = followEvents({
      connect: () => socket as unknown as WebSocket,
      random: () => 1,
      onState: () => undefined,
      onEvents: (fresh) => ids.push(...fresh.map(({ id }) => id)),
      onConnection: () => undefined,
    });
    try {
      for (const data of texts) socket.onmessage?.({ data });
    } finally {
      stream.close();
    }
    expect(ids).toEqual(ids.map((_, index) => index + 1));
  },
);

fuzz(
  'log: each event is a row of its own or joins its tool call',
  fc.array(mutatedJson(events), { maxLength: 5 }),
  (documents) => {
    const log = documents.flatMap((document) => loggedEventSchema.safeParse(document).data ?? []);
    const { rows } = createTimeline().extend(log);
    expect(rows.length).toBeLessThanOrEqual(log.length);
    for (const { event } of log) expect(describeEvent(event)).toBeTypeOf('string');
  },
);

const SHARE = '/shared/0f8fad5b-d9cb-469f-a165-70867728950e';

fuzz(
  'address of the page: a page that there is, and a session only by its id',
  mutatedText([SHARE.replace('shared', 'sessions'), SHARE, '/settings/keys', '/history', '/']),
  (path) => {
    const route = parseRoute(path);
    if (route.page === 'session') expect(path.replace(/\/$/, '')).toBe(`/sessions/${route.sessionId}`);
    if (route.page === 'shared') expect(path).toContain(route.shareId);
    if (route.page === 'settings') expect(route.section ?? '').toMatch(/^[a-z-]*$/);
  },
);

fuzz('fragment of the page: a token or none', mutatedText(['#token=abc']), (hash) => {
  expect(() => readToken(hash)).not.toThrow();
});

fuzz('text in a comment: no HTML, no mention, no reference, no image', hostileText, (text) => {
  for (const rendered of [escapeMarkdown(text), quote(text)]) {
    expect(rendered).not.toMatch(/</);
    expect(rendered).not.toMatch(/@[\w/-]/);
    expect(rendered).not.toMatch(/#\d|!\[|\bGH-\d/i);
  }
});

fuzz('code in a comment: nothing in it closes it', hostileText, (text) => {
  const span = codeSpan(text);
  const fence = /^`+/.exec(span)?.[0] ?? '';
  const inner = span.slice(fence.length, -fence.length);
  expect(span.endsWith(fence)).toBe(true);
  expect(inner).not.toMatch(new RegExp(`(?<!\`)${fence}(?!\`)`));
  expect(span).not.toContain('\n');
});
