import { expect, it } from 'vitest';
import { LEASE_MS } from '../../protocol/limits.ts';
import { findLostRunners } from './find-lost-runners.ts';

it('ends the leases of runners that were silent for the whole lease, connected or not', () => {
  const now = 1_000_000;
  const check = findLostRunners(
    [
      { runnerId: 'alive', status: 'connected', heardAt: now - 1 },
      { runnerId: 'half-open', status: 'connected', heardAt: now - LEASE_MS },
      { runnerId: 'restarting', status: 'missing', since: now - 10_000 },
      { runnerId: 'gone', status: 'missing', since: now - LEASE_MS - 1 },
    ],
    now,
  );
  expect(check).toEqual({ lost: ['half-open', 'gone'], nextAtMs: now - 10_000 + LEASE_MS });
});

it('has nothing to look at when nobody holds a lease', () => {
  expect(findLostRunners([], 5)).toEqual({ lost: [], nextAtMs: null });
});
