import { expect, test } from 'vitest';
import type { FetchRequest } from './fetch-refs.ts';
import { mergeRequests, SharedFetches } from './share-fetches.ts';

const asking = (...refs: string[]): FetchRequest => ({ refs, optionalRefs: [] });
const noToken = async (): Promise<null> => null;

test('one request asks for everything of several, once', () => {
  expect(
    mergeRequests([
      { refs: ['refs/heads/main'], optionalRefs: ['refs/heads/x'] },
      { refs: ['refs/heads/main', 'refs/heads/x'], optionalRefs: ['refs/heads/y'] },
    ]),
  ).toEqual({ refs: ['refs/heads/main', 'refs/heads/x'], optionalRefs: ['refs/heads/y'] });
});

test('those that wait while a fetch runs share the next; the running one is not joined', async () => {
  const asked: string[][] = [];
  const gate = Promise.withResolvers<void>();
  const fetches = new SharedFetches(async ({ refs }) => {
    asked.push([...refs]);
    if (asked.length === 1) await gate.promise;
    return new Map(refs.map((ref) => [ref, 'sha']));
  });
  const first = fetches.fetch(asking('main'), noToken);
  const others = ['main', 'a', 'b'].map((ref) => fetches.fetch(asking(ref), noToken));
  gate.resolve();
  expect([...(await first).keys()]).toEqual(['main']);
  await Promise.all(others);
  expect(asked).toEqual([['main'], ['main', 'a', 'b']]);
});

test('a branch that is missing fails only the one who asked for it', async () => {
  const gate = Promise.withResolvers<void>();
  let calls = 0;
  const fetches = new SharedFetches(async ({ refs }) => {
    calls += 1;
    if (calls === 1) await gate.promise;
    if (refs.includes('gone')) throw new Error('missing');
    return new Map(refs.map((ref) => [ref, 'sha']));
  });
  const running = fetches.fetch(asking('main'), noToken);
  const good = fetches.fetch(asking('a'), noToken);
  const bad = fetches.fetch(asking('gone'), noToken);
  gate.resolve();
  await running;
  expect([...(await good).keys()]).toEqual(['a']);
  await expect(bad).rejects.toThrow('missing');
});
