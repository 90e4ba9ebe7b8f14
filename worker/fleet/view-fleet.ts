import type { FleetView, RunnerView } from '../../protocol/fleet-view.ts';
import type { Lease, QueuedJob, RunnerRow } from './fleet-state.ts';

/** A runner's row and its control socket, as the rest of the Fleet sees them. */
export type RunnerContactRow = {
  row: RunnerRow;
  /** When its open, welcomed socket was last heard; null without one. */
  heardAt: number | null;
  /** The socket answered lately. */
  fresh: boolean;
};

/** It takes no new jobs, by its own word or a person's. */
export function isDraining({ draining, drainAsked = false }: RunnerRow): boolean {
  return draining || drainAsked;
}

export function runnerStatus({ row, fresh }: RunnerContactRow): RunnerView['status'] {
  if (!fresh) return 'offline';
  return isDraining(row) ? 'draining' : 'online';
}

export function viewRunner(contact: RunnerContactRow, leases: Iterable<Lease>): RunnerView {
  const { row, heardAt } = contact;
  return {
    id: row.id,
    name: row.name,
    status: runnerStatus(contact),
    drainAsked: row.drainAsked ?? false,
    labels: [...row.labels],
    capacity: row.capacity,
    version: row.version,
    claudeVersion: row.claudeVersion,
    jobs: [...leases]
      .filter((lease) => lease.runnerId === row.id)
      .map(({ taskId, epoch }) => ({ taskId, epoch })),
    metrics: row.metrics,
    lastSeenAt: heardAt ?? row.lastSeenAt,
  };
}

/** Runners by name, jobs in the order in which they are looked at. */
export function viewFleet(
  contacts: readonly RunnerContactRow[],
  leases: readonly Lease[],
  orderedQueue: readonly QueuedJob[],
): FleetView {
  return {
    runners: [...contacts]
      .sort((a, b) => (a.row.name < b.row.name ? -1 : a.row.name > b.row.name ? 1 : 0))
      .map((contact) => viewRunner(contact, leases)),
    queue: orderedQueue.map(({ taskId, sessionId, enqueuedAt, labels }) => ({
      taskId,
      sessionId,
      enqueuedAt,
      labels: [...labels],
    })),
  };
}
