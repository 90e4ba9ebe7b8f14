import type { DeliveryView } from '../../protocol/http.ts';
import type { RelayedDelivery } from '../proxy/webhook-relay.ts';
import { doubles, type Violation } from './evidence.ts';

/** Every delivery that was answered with 202 ended in exactly one task or one recorded reason. */
export function checkDeliveries(
  relayed: readonly RelayedDelivery[],
  inbox: readonly DeliveryView[],
): Violation[] {
  const twice = doubles(inbox.map(({ id }) => id)).map((id) =>
    fault('delivery_twice', id, 'It is listed twice.'),
  );
  const byId = new Map(inbox.map((delivery) => [delivery.id, delivery]));
  return [...twice, ...relayed.flatMap((delivery) => judge(delivery, byId.get(delivery.id)))];
}

function judge({ id, accepted, statuses }: RelayedDelivery, found: DeliveryView | undefined): Violation[] {
  if (!accepted) return [fault('delivery_not_accepted', id, `It was answered with ${statuses.join(', ')}.`)];
  if (found === undefined) return [fault('delivery_lost', id, 'It was answered with 202 and is not there.')];
  const { status, reason, taskId } = found;
  switch (status) {
    case 'received':
      return [fault('delivery_waits', id, `It was never worked off: ${reason}`)];
    case 'parked':
      return [fault('delivery_parked', id, `It was given up: ${reason}`)];
    case 'ignored':
      return reason === null
        ? [fault('delivery_no_reason', id, 'Nothing came of it and nobody says why.')]
        : [];
    case 'done':
      return taskId === null && reason === null
        ? [fault('delivery_no_reason', id, 'It is done, with no task and no reason.')]
        : [];
  }
}

function fault(rule: string, id: string, what: string): Violation {
  return { rule, where: `delivery ${id}`, what };
}
