import type { JsonObject } from '../json.ts';

/** One attempt to deliver a webhook, as the App's delivery log keeps it. */
export type Delivery = {
  id: number;
  /** The `X-GitHub-Delivery` header; a redelivery keeps it. */
  guid: string;
  event: string;
  action: string | null;
  repositoryId: number | null;
  deliveredAt: number;
  durationMs: number;
  redelivery: boolean;
  /** The target's HTTP status; 0 when it could not be reached. */
  statusCode: number;
  /** GitHub's words for the outcome, such as `OK` or `failed to connect to host`. */
  status: string;
  requestHeaders: Record<string, string>;
  /** The exact text that was signed and sent. */
  requestBody: string;
  payload: JsonObject;
  responseHeaders: Record<string, string>;
  responseBody: string;
};

export type DeliveryLog = {
  add: (delivery: Delivery) => void;
  find: (id: number) => Delivery | undefined;
  newestFirst: () => Delivery[];
};

/** GitHub keeps deliveries for days; a double needs no more than its own recent ones. */
const MAX_DELIVERIES = 10_000;

export function createDeliveryLog(): DeliveryLog {
  const deliveries: Delivery[] = [];
  return {
    add(delivery) {
      deliveries.push(delivery);
      if (deliveries.length > MAX_DELIVERIES) deliveries.shift();
    },
    find: (id) => deliveries.find((delivery) => delivery.id === id),
    newestFirst: () => deliveries.toSorted((a, b) => b.id - a.id),
  };
}
