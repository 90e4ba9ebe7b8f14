import type { RunnerId } from '../../protocol/ids.ts';
import { LEASE_MS } from '../../protocol/limits.ts';

/** How a runner that has leases looks from here. */
export type RunnerContact =
  | { runnerId: RunnerId; status: 'connected'; heardAt: number }
  | { runnerId: RunnerId; status: 'missing'; since: number };

export type LeaseCheck = {
  /** Nothing was heard of these for `LEASE_MS`: their leases end. */
  lost: RunnerId[];
  /** When to look again (ms since 1970); null when nobody holds a lease. */
  nextAtMs: number | null;
};

/** Decides whose leases were not renewed. A ping on the control socket renews all leases of its runner. */
export function findLostRunners(contacts: readonly RunnerContact[], nowMs: number): LeaseCheck {
  const ends = contacts.map((contact) => ({
    runnerId: contact.runnerId,
    endsAtMs: (contact.status === 'connected' ? contact.heardAt : contact.since) + LEASE_MS,
  }));
  const live = ends.filter(({ endsAtMs }) => endsAtMs > nowMs).map(({ endsAtMs }) => endsAtMs);
  return {
    lost: ends.filter(({ endsAtMs }) => endsAtMs <= nowMs).map(({ runnerId }) => runnerId),
    nextAtMs: live.length === 0 ? null : Math.min(...live),
  };
}
