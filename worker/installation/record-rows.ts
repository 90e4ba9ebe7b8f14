import type { AccountKey } from '../../protocol/ids.ts';
import type { Repository } from '../../protocol/workspace.ts';
import type { AccountFacts } from '../github/read-account-event.ts';
import type { DeliveryEnd } from './decide-delivery.ts';
import type { InboxRow } from './inbox-store.ts';
import { type InstallationPut, recordPut } from './installation-writes.ts';

export function deliveryPut(row: InboxRow, end: DeliveryEnd, nowMs: number): InstallationPut {
  return recordPut(`delivery:${row.id}`, {
    table: 'deliveries',
    row: {
      id: row.id,
      account: row.account,
      event: row.event,
      action: row.action,
      status: end.status,
      reason: end.reason,
      taskId: end.status === 'received' ? null : end.taskId,
      attempts: row.attempts,
      receivedAt: row.received_ms,
      updatedAt: nowMs,
    },
  });
}

export function accountPut(facts: AccountFacts, sinceMs: number, nowMs: number): InstallationPut {
  return recordPut(`account:${facts.key}`, {
    table: 'accounts',
    row: { ...facts, createdAt: sinceMs, updatedAt: nowMs },
  });
}

/** `installationId` null: the App can't reach it. */
export function repositoryPut(
  repository: Repository,
  account: AccountKey,
  installationId: number | null,
  nowMs: number,
): InstallationPut {
  return recordPut(`repository:${repository.id}`, {
    table: 'repositories',
    row: { ...repository, account, installationId, updatedAt: nowMs },
  });
}
