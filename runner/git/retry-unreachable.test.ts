import { expect, test } from 'vitest';
import { retryDelayMs, retryUnreachable } from './retry-unreachable.ts';
import type { GitResult } from './run-git.ts';

const failure = (stderr: string): GitResult => ({
  ok: false,
  reason: 'exit',
  command: 'git fetch',
  exitCode: 128,
  stdout: '',
  stderr,
});
const success: GitResult = { ok: true, stdout: '', stderr: '', bytes: 0, cut: false };

async function attempts(results: GitResult[]): Promise<{ result: GitResult; slept: number[] }> {
  const slept: number[] = [];
  const left = [...results];
  const result = await retryUnreachable(async () => left.shift() ?? success, {
    random: () => 0.5,
    sleep: async (ms) => {
      slept.push(ms);
    },
  });
  return { result, slept };
}

test('a server that is away for a moment is asked again', async () => {
  expect(await attempts([failure('Could not resolve host: x'), success])).toEqual({
    result: success,
    slept: [250],
  });
});

test('after three tries the last failure is the result', async () => {
  const { result, slept } = await attempts([1, 2, 3, 4].map((n) => failure(`Connection refused ${n}`)));
  expect(result).toMatchObject({ ok: false, stderr: 'Connection refused 3' });
  expect(slept).toEqual([250, 500]);
});

test('an answer is never asked for twice', async () => {
  const denied = failure('fatal: Authentication failed for x');
  expect(await attempts([denied, success])).toEqual({ result: denied, slept: [] });
});

test('waiting grows, with jitter, up to a cap', () => {
  expect([0, 1, 2, 3, 9].map((attempt) => retryDelayMs(attempt, 1))).toEqual([
    500, 1_000, 2_000, 4_000, 4_000,
  ]);
  expect(retryDelayMs(9, 0)).toBe(0);
});
