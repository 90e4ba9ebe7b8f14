import { notFound } from '../refusal.ts';
import type { Delivery } from '../webhooks/delivery-log.ts';
import { renderDelivery, renderDeliveryItem } from '../webhooks/render-delivery.ts';
import { linkTo, ok, perPageOf, type RestAnswer, type RestCall, type Routes } from './rest-call.ts';

function deliveryOf(call: RestCall): Delivery {
  const delivery = call.world.deliveries.find(Number(call.params.delivery_id));
  if (!delivery) throw notFound();
  return delivery;
}

const failed = (delivery: Delivery): boolean => delivery.statusCode < 200 || delivery.statusCode >= 400;

/** GitHub pages this list by cursor: `v1_<id>` stands for "older than that delivery". */
function listDeliveries(call: RestCall): RestAnswer {
  const { searchParams } = call.url;
  const status = searchParams.get('status');
  const before = Number(searchParams.get('cursor')?.replace(/^v1_/, '') ?? Number.POSITIVE_INFINITY);
  const matching = call.world.deliveries
    .newestFirst()
    .filter((delivery) => status === null || (status === 'failure') === failed(delivery))
    .filter((delivery) => delivery.id < before);
  const page = matching.slice(0, perPageOf(call));
  const last = page.at(-1);
  const more = last !== undefined && matching.length > page.length;
  return {
    kind: 'json',
    status: 200,
    body: page.map(renderDeliveryItem),
    ...(more && { headers: { link: linkTo(call, { cursor: `v1_${last.id}` }, 'next') } }),
  };
}

export const deliveryRoutes = {
  'apps/list-webhook-deliveries': listDeliveries,
  'apps/get-webhook-delivery': (call) => ok(renderDelivery(call.world, deliveryOf(call))),
  'apps/redeliver-webhook-delivery': (call) => {
    call.world.redeliver(deliveryOf(call).id);
    return { kind: 'json', status: 202, body: {} };
  },
} satisfies Routes;
