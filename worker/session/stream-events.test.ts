import { afterEach, expect, it, vi } from 'vitest';
import { submitted } from './testing/test-session.ts';

afterEach(() => vi.restoreAllMocks());

it('leaves no timer behind for a reader that has gone', async () => {
  const session = await submitted();
  const waiting = new Set<unknown>();
  const set = globalThis.setTimeout;
  const clear = globalThis.clearTimeout;
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms: number) => {
    const timer = set(run, ms);
    if (ms === 15_000) waiting.add(timer);
    return timer;
  }) as typeof setTimeout);
  vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
    waiting.delete(timer);
    clear(timer as Parameters<typeof clear>[0]);
  });
  const response = await session.rpc.fetch(`https://signalbox.test/api/sessions/${session.id}/events`);
  const reader = response.body?.getReader();
  await reader?.read();
  await vi.waitFor(() => expect(waiting.size).toBe(1), 45_000);
  await reader?.cancel();
  await vi.waitFor(() => expect(waiting.size).toBe(0), 45_000);
});
