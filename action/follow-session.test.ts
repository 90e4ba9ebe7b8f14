import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { followSession, LostStreamError } from './follow-session.ts';
import { KeyHolder } from './key-holder.ts';

type Answer = (response: ServerResponse, lastId: number) => void;

let close = async (): Promise<void> => undefined;
afterEach(() => close());

/** A deployment whose streams answer as they are told, one after the other. */
async function serve(answers: readonly Answer[]): Promise<{ url: string; asked: number[] }> {
  const asked: number[] = [];
  const server = createServer((request, response) => {
    const lastId = Number(request.headers['last-event-id']);
    asked.push(lastId);
    answers[Math.min(asked.length, answers.length) - 1]?.(response, lastId);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  return { url: `http://127.0.0.1:${address.port}`, asked };
}

const notice = (id: number) => {
  const event = { type: 'notice', level: 'info', text: `line ${id}` };
  return `id: ${id}\ndata: ${JSON.stringify({ id, at: 1, taskId: null, event })}\n\n`;
};
const stream = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' });
const SNAPSHOT = 'event: snapshot\ndata: {"not":"an event"}\n\n';

async function collect(
  url: string,
  until: number,
  onSeen: (id: number) => void = () => undefined,
  now: () => number = Date.now,
): Promise<number[]> {
  const cancelled = new AbortController();
  const { signal } = cancelled;
  const deps = { fetch, random: () => 0, now, signal };
  const keys = new KeyHolder({
    ...deps,
    url,
    given: 'sbk_x',
    idToken: async () => '',
    hide: () => undefined,
  });
  const ids: number[] = [];
  for await (const { id } of followSession(url, 's', 0, { ...deps, keys, onTrouble: () => undefined })) {
    ids.push(id);
    onSeen(id);
    if (id === until) break;
  }
  cancelled.abort();
  return ids;
}

it('goes on after the last event that was seen, without a gap or a double, however streams end', async () => {
  const { url, asked } = await serve([
    (response) => stream(response).end(`${SNAPSHOT}${notice(1)}${notice(2)}`),
    // In the middle of an event.
    (response) => {
      stream(response).write(`${notice(3)}${notice(4).slice(0, 20)}`, () => response.destroy());
    },
    (response) => response.writeHead(503).end(),
    // What is sent twice counts once; what leaves one out is asked for again.
    (response) => stream(response).end(`${notice(3)}${notice(4)}${notice(6)}`),
    (response) => stream(response).end(`${notice(5)}${notice(6)}`),
  ]);
  expect(await collect(url, 6)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(asked).toEqual([0, 2, 3, 3, 4]);
});

it('takes a stream that told nothing for hours, and then breaks, for no outage', async () => {
  let nowMs = 0;
  let first: ServerResponse | null = null;
  const { url } = await serve([
    (response) => {
      first = response;
      stream(response).write(notice(1));
    },
    (response) => stream(response).end(notice(2)),
  ]);
  const wait = () => {
    nowMs += 3 * 3_600_000;
    first?.write(': still here\n\n', () => first?.destroy());
  };
  expect(
    await collect(
      url,
      2,
      (id) => id === 1 && wait(),
      () => nowMs,
    ),
  ).toEqual([1, 2]);
});

it('passes over what a newer deployment tells and this version does not know', async () => {
  const strange = `id: 2\ndata: ${JSON.stringify({ id: 2, at: 1, taskId: null, event: { type: 'unheard.of' } })}\n\n`;
  const { url } = await serve([(response) => stream(response).end(`${notice(1)}${strange}${notice(3)}`)]);
  expect(await collect(url, 3)).toEqual([1, 3]);
});

it.each([
  [404, /is gone/],
  [403, /may not read/],
  [401, /no longer valid/],
])('gives up where no other try helps: %i', async (status, said) => {
  const { url } = await serve([(response) => response.writeHead(status).end()]);
  const failure = await collect(url, 1).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(LostStreamError);
  expect(String(failure)).toMatch(said);
});
