import type { AccountKey } from '../../protocol/ids.ts';
import type { IncomingDelivery } from '../contracts.ts';
import type { DeliveryEnd } from './decide-delivery.ts';
import { noteHead } from './head-notes.ts';
import type { InboxRow, InboxStore } from './inbox-store.ts';
import { planDelivery } from './plan-delivery.ts';

/** Hours of a very busy account; beyond that GitHub's own log is the better place to wait. */
const MAX_OPEN_DELIVERIES = 2_000;

export type AcceptDeps = {
  store: InboxStore;
  kv: DurableObjectStorage['kv'];
  /** Handlers run after the answer. */
  start: () => void;
  retry: (deliveryId: string) => Promise<boolean>;
  ended: (row: InboxRow, end: DeliveryEnd) => void;
};

/** Stores a delivery in one atomic insert; what asks for nothing is noted without its payload. */
export async function acceptDelivery(
  { store, kv, start, retry, ended }: AcceptDeps,
  account: AccountKey,
  delivery: IncomingDelivery,
): Promise<'stored' | 'duplicate' | 'full'> {
  const known = store.find(delivery.id);
  if (known !== null) {
    // Somebody had GitHub send a parked delivery again.
    if (known.status === 'parked') await retry(delivery.id);
    return 'duplicate';
  }
  const { skip, ...plan } = planDelivery(delivery.event, delivery.payload);
  noteHead(kv, delivery, plan, Date.now());
  if (skip === null && store.openCount() >= MAX_OPEN_DELIVERIES) return 'full';
  const payload = skip === null ? delivery.payload : '';
  if (!store.insert({ ...delivery, ...plan, payload, account })) return 'duplicate';
  if (skip === null) {
    start();
    return 'stored';
  }
  const end = { ...skip, taskId: null };
  store.end(delivery.id, end, Date.now());
  const row = store.find(delivery.id);
  if (row !== null) ended(row, end);
  return 'stored';
}
