import { describe, expect, it } from 'vitest';
import { FAILURE_KINDS } from '../../protocol/outcome.ts';
import { planRetry } from './retry-plan.ts';

const policy = { apiRetries: 3, firstDelayMs: 100, maxDelayMs: 300 };
const none = { api: 0, crashes: 0 };

describe('planRetry', () => {
  it('backs off from the model with growing, capped, jittered waits, and gives up in the end', () => {
    const delays = [0, 1, 2].map((api) => planRetry('api_overloaded', { api, crashes: 0 }, policy, 0.5));
    expect(delays).toEqual([
      { type: 'back_off', delayMs: 75, tries: { api: 1, crashes: 0 } },
      { type: 'back_off', delayMs: 150, tries: { api: 2, crashes: 0 } },
      { type: 'back_off', delayMs: 225, tries: { api: 3, crashes: 0 } },
    ]);
    expect(planRetry('api_error', { api: 3, crashes: 0 }, policy, 0.5)).toEqual({ type: 'give_up' });
  });

  it('resumes a dead or silent process once', () => {
    const resumed = { type: 'resume', tries: { api: 0, crashes: 1 } };
    for (const kind of ['stalled', 'killed', 'exited_without_result'] as const) {
      expect(planRetry(kind, none, policy, 0)).toEqual(resumed);
      expect(planRetry(kind, { api: 0, crashes: 1 }, policy, 0)).toEqual({ type: 'give_up' });
    }
  });

  it('never repeats what would fail again or needs a person', () => {
    const retried = [
      'api_overloaded',
      'api_unreachable',
      'api_error',
      'stalled',
      'killed',
      'exited_without_result',
    ];
    for (const kind of FAILURE_KINDS.filter((name) => !retried.includes(name))) {
      expect(planRetry(kind, none, policy, 0)).toEqual({ type: 'give_up' });
    }
  });
});
