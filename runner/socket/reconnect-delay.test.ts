import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RECONNECT_FIRST_MS, RECONNECT_MAX_MS } from '../../protocol/limits.ts';
import { reconnectDelayMs } from './reconnect-delay.ts';

it('spreads the waits over the whole interval, which doubles up to its cap', () => {
  expect([0, 1, 2, 3].map((attempt) => reconnectDelayMs(attempt, 1))).toEqual(
    [1, 2, 4, 8].map((factor) => factor * RECONNECT_FIRST_MS),
  );
  fc.assert(
    fc.property(fc.nat(10_000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const delay = reconnectDelayMs(attempt, random);
      return delay >= 0 && delay <= RECONNECT_MAX_MS;
    }),
  );
});
