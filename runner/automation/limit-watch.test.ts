import { expect, it } from 'vitest';
import type { RunnerEvent } from '../../protocol/events.ts';
import { type TaskOptionsInput, taskOptionsSchema } from '../../protocol/task-options.ts';
import { NO_USAGE } from '../../protocol/usage.ts';
import { LimitWatch, type Spent } from './limit-watch.ts';

const NOTHING: Spent = { turns: 0, usage: NO_USAGE, iterations: 0 };

function watch(options: TaskOptionsInput, spent: Spent = NOTHING) {
  const events: RunnerEvent[] = [];
  const limits = new LimitWatch(spent, taskOptionsSchema.parse(options), (event) => events.push(event));
  return { limits, texts: () => events.map((event) => (event.type === 'notice' ? event.text : event.type)) };
}

const usd = (costUsd: number) => ({ usage: { ...NO_USAGE, costUsd } });

it('warns once at the share that is configured, for each limit', () => {
  const { limits, texts } = watch({ maxUsd: 2, warnAt: 0.5 });
  limits.add(usd(0.9));
  expect(texts()).toEqual([]);
  limits.add(usd(0.2));
  limits.add(usd(0.2));
  expect(texts()).toEqual(['The limit of cost is near: $1.10 of $2.00 are used.']);
});

it('does not warn where no limit or no warning is wanted', () => {
  const { limits, texts } = watch({ maxUsd: 1, warnAt: 1 });
  limits.add({ ...usd(0.99), turns: 50 });
  expect(texts()).toEqual([]);
});

it('does not repeat the warning of an earlier attempt', () => {
  const { limits, texts } = watch({ maxTurns: 10 }, { ...NOTHING, turns: 9 });
  limits.add({ turns: 1 });
  expect(texts()).toEqual([]);
  expect(limits.usedUp()).toBe('turns');
});

it('counts tokens without those that were read from the cache', () => {
  const { limits } = watch({ maxTokens: 100 });
  limits.add({
    usage: { inputTokens: 40, outputTokens: 30, cacheReadTokens: 9_000, cacheWriteTokens: 20, costUsd: 0 },
  });
  expect(limits.tokensLeft).toBe(10);
  expect(limits.usedUp()).toBeNull();
  limits.add({ usage: { ...NO_USAGE, outputTokens: 10 } });
  expect(limits.usedUp()).toBe('tokens');
});

it('warns when a task nears the number of times that it may go on by itself', () => {
  const { limits, texts } = watch({ maxIterations: 5 });
  for (let count = 0; count < 5; count += 1) limits.add({ iterations: 1 });
  expect(texts()).toEqual(['The task has gone on by itself 4 times; it may 5 times.']);
  expect(limits.usedUp()).toBeNull();
});
