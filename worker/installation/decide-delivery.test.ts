import { describe, expect, it } from 'vitest';
import type { GitHubFailure } from '../github/classify-github-error.ts';
import { DELIVERY_POLICY, decideDelivery } from './decide-delivery.ts';

const NOW = 1_000_000;
const failed = (failure: GitHubFailure) => ({ status: 'failed', failure }) as const;
const transient = failed({ type: 'transient', reason: 'down' });

describe('decideDelivery', () => {
  it('ends as its handler says', () => {
    const handled = { status: 'ignored', reason: 'not a mention', taskId: null } as const;
    expect(decideDelivery({ status: 'handled', handled }, 1, NOW, 0.5)).toBe(handled);
  });

  it('waits longer after each failure, but never too long', () => {
    const waits = [1, 2, 3, 30].map((attempts) => {
      const end = decideDelivery(transient, attempts, NOW, 1);
      return end.status === 'received' ? end.retryAtMs - NOW : null;
    });
    expect(waits).toEqual([500, 1_000, 2_000, DELIVERY_POLICY.maxDelayMs]);
  });

  it('waits at least as long as GitHub asks', () => {
    const limited = failed({ type: 'rate_limited', reason: 'limit', afterMs: 60_000 });
    expect(decideDelivery(limited, 1, NOW, 0)).toEqual({
      status: 'received',
      reason: 'limit',
      retryAtMs: NOW + 60_000,
    });
  });

  it('is parked with its reason when it was tried often enough', () => {
    expect(decideDelivery(transient, DELIVERY_POLICY.maxAttempts, NOW, 0.5)).toEqual({
      status: 'parked',
      reason: `Gave up after ${DELIVERY_POLICY.maxAttempts} attempts: down`,
      taskId: null,
    });
  });

  it('gives up an error of ours earlier, and a refusal at once', () => {
    const bug = failed({ type: 'unexpected', reason: 'x is undefined' });
    expect(decideDelivery(bug, 9, NOW, 0.5).status).toBe('received');
    expect(decideDelivery(bug, 10, NOW, 0.5).status).toBe('parked');
    const refused = failed({ type: 'refused', status: 403, reason: 'No.', remedy: 'Ask.' });
    expect(decideDelivery(refused, 1, NOW, 0.5)).toMatchObject({ status: 'parked', reason: 'No. Ask.' });
  });
});
