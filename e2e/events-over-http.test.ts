import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(() => world?.close());

/** Reads a session's server-sent events until the one with id `last` is there. */
async function readIds(sessionId: string, after: number, last: number): Promise<number[]> {
  const ended = new AbortController();
  const response = await fetch(`${world.stack.url}/api/sessions/${sessionId}/events`, {
    headers: { ...world.stack.api.headers, accept: 'text/event-stream', 'last-event-id': String(after) },
    signal: AbortSignal.any([ended.signal, AbortSignal.timeout(20_000)]),
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  let text = '';
  const ids = () => [...text.matchAll(/^id: ?(\d+)$/gm)].map((match) => Number(match[1]));
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if ((ids().at(-1) ?? 0) >= last) break;
  }
  ended.abort();
  // What is stored after a task's end, such as a checkpoint, may follow.
  return ids().filter((id) => id <= last);
}

it('gives server-sent events after the last id that the reader has, and refuses strangers', async () => {
  const { number } = await world.github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'Stream',
    body: '@signalbox [[say:hello]]',
  });
  const sessionId = world.sessionOf(number);
  await world.ended(sessionId);
  const last = (await world.events(sessionId)).length;
  const all = Array.from({ length: last }, (_, index) => index + 1);
  expect(await readIds(sessionId, 0, last)).toEqual(all);
  expect(await readIds(sessionId, 5, last)).toEqual(all.slice(5));
  const stranger = await fetch(`${world.stack.url}/api/sessions/${sessionId}/events`);
  expect(stranger.status).toBe(401);
});
