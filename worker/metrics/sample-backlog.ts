import type { Backlog } from '../storage/outbox.ts';
import { gauge, type Sample } from './observation.ts';

export type Part = 'session' | 'fleet' | 'installation' | 'account';

/** What of a part's messages is not through. */
export function backlogSamples(
  part: Part,
  { waiting, parked, failingSinceMs }: Omit<Backlog, 'parked'> & { parked?: number },
  nowMs: number,
): Sample[] {
  const seconds = failingSinceMs === null ? 0 : Math.max(0, nowMs - failingSinceMs) / 1_000;
  return [
    gauge('signalbox_outbox_waiting', [part], waiting),
    ...(parked === undefined ? [] : [gauge('signalbox_outbox_parked', [part], parked)]),
    gauge('signalbox_outbox_failing_seconds', [part], seconds),
  ];
}
