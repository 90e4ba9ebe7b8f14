import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { healthSchema } from '../../protocol/http.ts';
import { createApiDouble } from '../view/testing/api-double.ts';
import { watchReachability } from './reachability.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watched() {
  const api = createApiDouble();
  api.answer('GET /healthz', healthSchema, { status: 'ok', protocol: 1, now: 0 });
  return { api, ...watchReachability(api.fetch, window) };
}

it('is lost with a request that gets no answer, and mends without one of the page', async () => {
  const { api, fetch, isReachable } = watched();
  api.setUp(false);
  await expect(fetch('/api/now')).rejects.toThrow('Failed to fetch');
  expect(isReachable.value).toBe(false);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(isReachable.value).toBe(false);
  api.setUp(true);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(isReachable.value).toBe(true);
});

it('takes a refusal for an answer, and a request that the page took back for none of the line', async () => {
  const { fetch, isReachable } = watched();
  expect((await fetch('/api/none')).status).toBe(404);
  const taken = watchReachability(() => Promise.reject(new DOMException('', 'AbortError')), window);
  await expect(taken.fetch('/api/now')).rejects.toThrow();
  expect([isReachable.value, taken.isReachable.value]).toEqual([true, true]);
});

it('follows what the browser says of its network', async () => {
  const { isReachable } = watched();
  window.dispatchEvent(new Event('offline'));
  expect(isReachable.value).toBe(false);
  window.dispatchEvent(new Event('online'));
  await vi.advanceTimersByTimeAsync(0);
  expect(isReachable.value).toBe(true);
});

it('tries in one line, however often the browser says that it is online', async () => {
  const api = createApiDouble();
  api.setUp(false);
  let tries = 0;
  const counting: typeof globalThis.fetch = (...asked) => {
    tries += 1;
    return api.fetch(...asked);
  };
  watchReachability(counting, window);
  window.dispatchEvent(new Event('offline'));
  for (let time = 0; time < 5; time += 1) {
    window.dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(0);
  }
  tries = 0;
  await vi.advanceTimersByTimeAsync(9_000);
  expect(tries).toBe(3);
});
