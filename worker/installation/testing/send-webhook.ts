import { env, exports } from 'cloudflare:workers';
import { vi } from 'vitest';
import type { DeliveryView } from '../../../protocol/http.ts';
import type { AccountKey } from '../../../protocol/ids.ts';
import { installationOf } from '../../http/durable-objects.ts';

/** Sends a payload as GitHub does: signed over its bytes, to the Worker's own route. */
export async function sendWebhook(id: string, event: string, payload: unknown): Promise<Response> {
  const body = JSON.stringify(payload);
  return exports.default.fetch('http://localhost/api/github/webhooks', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-delivery': id,
      'x-github-event': event,
      'x-hub-signature-256': await sign(body),
    },
    body,
  });
}

async function sign(body: string): Promise<string> {
  const encoder = new TextEncoder();
  const secret = encoder.encode(env.GITHUB_WEBHOOK_SECRET ?? '');
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);
  const digest = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(body)));
  return `sha256=${[...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** The delivery as the account's inbox shows it. */
export async function deliveryOf(account: AccountKey, id: string): Promise<DeliveryView | undefined> {
  const { items } = await installationOf(env, account).deliveries(null, 100);
  return items.find((item) => item.id === id);
}

/** Waits until the delivery has a status other than `received`. */
export function ended(account: AccountKey, id: string): Promise<DeliveryView> {
  return vi.waitFor(
    async () => {
      const delivery = await deliveryOf(account, id);
      if (delivery === undefined || delivery.status === 'received') {
        throw new Error(
          `Delivery ${id} is ${delivery?.status ?? 'unknown'}: ${delivery?.reason ?? 'no reason yet'}`,
        );
      }
      return delivery;
    },
    { timeout: 45_000, interval: 20 },
  );
}
