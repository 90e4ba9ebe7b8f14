import { expect, it } from 'vitest';
import { FAILURE_KINDS, type Failure, type FailureKind } from './outcome.ts';
import { MAX_RECOVERIES, mayRecover, planRecovery } from './recovery.ts';

const NOW_MS = 1_000_000_000;
const HOUR_MS = 3_600_000;

function failureOf(kind: FailureKind, more: Partial<Failure> = {}): Failure {
  return { kind, message: 'It failed.', remedy: 'Wait.', retryAt: null, ...more };
}

it('waits longer before each attempt and gives up after the last one', () => {
  const waits = Array.from({ length: MAX_RECOVERIES + 1 }, (_, made) => {
    const plan = planRecovery(failureOf('api_overloaded'), made, NOW_MS, 0);
    return plan.type === 'again' ? plan.atMs - NOW_MS : null;
  });
  expect(waits).toEqual([15_000, 60_000, 240_000, null]);
});

it('never makes more attempts than the cap, whatever the failure says', () => {
  for (const kind of FAILURE_KINDS) {
    const failure = failureOf(kind, { transient: true, retryAt: NOW_MS + 1 });
    expect(planRecovery(failure, MAX_RECOVERIES, NOW_MS, 0.5)).toEqual({ type: 'give_up' });
  }
});

it('tries again what passes by itself, and nothing that needs a person', () => {
  const tried = FAILURE_KINDS.filter((kind) => mayRecover(failureOf(kind, { transient: true }), NOW_MS));
  expect(tried.toSorted()).toEqual([
    'api_error',
    'api_overloaded',
    'api_unreachable',
    'fetch_failed',
    'push_failed',
    'worktree_failed',
  ]);
});

it('takes a fetch or a push up again only where whoever saw it fail says that it may pass', () => {
  expect(mayRecover(failureOf('fetch_failed'), NOW_MS)).toBe(false);
  expect(mayRecover(failureOf('push_failed', { transient: false }), NOW_MS)).toBe(false);
  expect(mayRecover(failureOf('push_failed', { transient: true }), NOW_MS)).toBe(true);
});

it('spreads tasks that failed together over half of the wait', () => {
  const at = (spread: number) => {
    const plan = planRecovery(failureOf('api_error'), 0, NOW_MS, spread);
    return plan.type === 'again' ? plan.atMs - NOW_MS : null;
  };
  expect([at(0), at(0.5), at(0.999)]).toEqual([15_000, 22_500, 29_985]);
});

it('waits for the reset of a usage limit, once it is known and near enough', () => {
  const resetAt = NOW_MS + HOUR_MS;
  expect(planRecovery(failureOf('usage_limit', { retryAt: resetAt }), 0, NOW_MS, 0.5)).toEqual({
    type: 'again',
    attempt: 1,
    atMs: resetAt + 30_000,
  });
  expect(mayRecover(failureOf('usage_limit'), NOW_MS)).toBe(false);
  expect(mayRecover(failureOf('usage_limit', { retryAt: NOW_MS + 7 * HOUR_MS }), NOW_MS)).toBe(false);
});

it('comes back when an overloaded server asks for it, but not later than its longest wait', () => {
  const at = (retryAt: number) => {
    const plan = planRecovery(failureOf('api_overloaded', { retryAt }), 0, NOW_MS, 0);
    return plan.type === 'again' ? plan.atMs - NOW_MS : null;
  };
  expect([at(NOW_MS - 1), at(NOW_MS + 120_000), at(NOW_MS + HOUR_MS)]).toEqual([15_000, 120_000, 600_000]);
});
