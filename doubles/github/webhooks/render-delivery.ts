import type { JsonObject } from '../json.ts';
import type { World } from '../world.ts';
import type { Delivery } from './delivery-log.ts';

/** GitHub's `hook-delivery-item`. */
export function renderDeliveryItem(delivery: Delivery): JsonObject {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: new Date(delivery.deliveredAt).toISOString(),
    redelivery: delivery.redelivery,
    duration: delivery.durationMs / 1000,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.payload.installation === undefined ? null : installationIdIn(delivery.payload),
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

function installationIdIn(payload: JsonObject): number | null {
  const { installation } = payload;
  if (typeof installation !== 'object' || installation === null || Array.isArray(installation)) return null;
  return typeof installation.id === 'number' ? installation.id : null;
}

/** GitHub's `hook-delivery`: with what was sent and what came back. */
export function renderDelivery(world: World, delivery: Delivery): JsonObject {
  return {
    ...renderDeliveryItem(delivery),
    url: `${world.baseUrl}/app/hook/deliveries/${delivery.id}`,
    request: { headers: delivery.requestHeaders, payload: delivery.payload },
    response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
  };
}
