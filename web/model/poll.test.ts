import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ApiResult } from './api.ts';
import { createPoll } from './poll.ts';

let isHidden = false;
beforeEach(() => {
  vi.useFakeTimers();
  isHidden = false;
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden });
});
afterEach(() => {
  Reflect.deleteProperty(document, 'hidden');
  vi.useRealTimers();
});

function pollOf(answers: ApiResult<number>[], readsUnseen = false) {
  let reads = 0;
  let outs = 0;
  const read = async () => {
    reads += 1;
    return answers.shift() ?? ({ ok: true, value: reads } as const);
  };
  const onSignedOut = () => {
    outs += 1;
  };
  const poll = createPoll({ read, document, onSignedOut, readsUnseen: () => readsUnseen });
  return { poll, counts: () => ({ reads, outs }) };
}
const UNREACHABLE: ApiResult<number> = { ok: false, failure: { reason: 'unreachable', message: 'No line.' } };
const OUT: ApiResult<number> = { ok: false, failure: { reason: 'signed_out' } };

it('reads again and again, and keeps what it knew while it can not', async () => {
  const { poll } = pollOf([{ ok: true, value: 7 }, UNREACHABLE]);
  poll.start(1_000);
  await vi.advanceTimersByTimeAsync(0);
  expect([poll.value.value, poll.problem.value]).toEqual([7, null]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(poll.value.value).toBe(7);
  expect(poll.problem.value).toContain('No line.');
  await vi.advanceTimersByTimeAsync(1_000);
  expect([poll.value.value, poll.problem.value]).toEqual([3, null]);
  poll.stop();
});

it('rests while nobody sees the page, and reads at once when somebody does again', async () => {
  const { poll, counts } = pollOf([]);
  isHidden = true;
  poll.start(1_000);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(counts().reads).toBe(0);
  isHidden = false;
  document.dispatchEvent(new Event('visibilitychange'));
  await vi.advanceTimersByTimeAsync(0);
  expect(counts().reads).toBe(1);
  poll.stop();
  document.dispatchEvent(new Event('visibilitychange'));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(counts().reads).toBe(1);
});

it('reads on unseen where somebody is to be told', async () => {
  const { poll, counts } = pollOf([], true);
  isHidden = true;
  poll.start(1_000);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(counts().reads).toBe(2);
  poll.stop();
});

it('ends when the reader is signed out', async () => {
  const { poll, counts } = pollOf([OUT]);
  poll.start(1_000);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(counts()).toEqual({ reads: 1, outs: 1 });
  poll.stop();
});
