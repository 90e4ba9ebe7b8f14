import { describe, expect, it } from 'vitest';
import { backoffMs, decideAfterSend } from './outbox-decide.ts';

const POLICY = { maxAttempts: 3, firstDelayMs: 100, maxDelayMs: 1_000 };

describe('backoffMs', () => {
  it('doubles the ceiling with each attempt up to the cap, and draws the wait from below it', () => {
    expect([1, 2, 3, 4, 5, 99].map((attempt) => backoffMs(attempt, POLICY, 1))).toEqual([
      100, 200, 400, 800, 1_000, 1_000,
    ]);
    expect(backoffMs(4, POLICY, 0.25)).toBe(200);
  });
});

describe('decideAfterSend', () => {
  it('removes what was sent', () => {
    expect(decideAfterSend(2, { status: 'done' }, POLICY, 0, 1)).toEqual({ status: 'remove' });
  });

  it('waits at least as long as the far side asks', () => {
    const result = { status: 'retry', reason: 'busy', afterMs: 5_000 } as const;
    expect(decideAfterSend(0, result, POLICY, 1_000, 1)).toEqual({
      status: 'wait',
      attempts: 1,
      retryAtMs: 6_000,
      reason: 'busy',
    });
  });

  it('counts no attempt when the turn has not come, however often', () => {
    const result = { status: 'later', reason: 'paced', afterMs: 5_000 } as const;
    expect(decideAfterSend(2, result, POLICY, 1_000, 1)).toEqual({ status: 'later', retryAtMs: 6_000 });
  });

  it('parks after the last attempt and says why', () => {
    expect(decideAfterSend(2, { status: 'retry', reason: 'down' }, POLICY, 0, 1)).toEqual({
      status: 'park',
      attempts: 3,
      reason: 'Gave up after 3 attempts: down',
    });
  });
});
