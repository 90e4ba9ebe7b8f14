import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../json.ts';
import type { Announcement, World } from '../world.ts';
import { buildInstallation } from './build-installation.ts';
import { buildPayload } from './build-payload.ts';
import type { Delivery } from './delivery-log.ts';
import { sendWebhook, type WebhookTarget } from './send-webhook.ts';

/** What a test learns of a delivery: `status` is the target's, 0 when it was not reached. */
export type Delivered = { deliveryId: string; status: number };

export type WebhookSender = {
  setTarget: (target: WebhookTarget | undefined) => void;
  /** Sends a payload as it is and waits for the target's answer. Without a target nothing is sent: status 0. */
  deliver: (event: string, payload: JsonObject, options?: { deliveryId?: string }) => Promise<Delivered>;
  /** Builds the payload of what happened and sends it. */
  send: (announcement: Announcement) => Promise<Delivered>;
  /** The same in the background, for what the App itself did. */
  announce: (announcement: Announcement) => void;
  /** Tells in the background that the App was installed on the double's repositories. */
  installApp: () => void;
  redeliver: (deliveryId: number) => void;
  /** Resolves when nothing is under way. */
  settled: () => Promise<void>;
  close: () => Promise<void>;
};

const repositoryIdIn = (payload: JsonObject): number | null =>
  isJsonObject(payload.repository) && typeof payload.repository.id === 'number'
    ? payload.repository.id
    : null;

/** Remembers promises until they settle. */
function trackPromises() {
  const underWay = new Set<Promise<unknown>>();
  function track<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    return tracked;
  }

  async function settled(): Promise<void> {
    while (underWay.size > 0) await Promise.allSettled([...underWay]);
  }
  return { track, settled };
}

/** `onDelivered` is called after each attempt is in the log. */
export function createWebhookSender(
  getWorld: () => World,
  initial: WebhookTarget | undefined,
  onDelivered: () => void,
): WebhookSender {
  let target = initial;
  const closing = new AbortController();
  const { track, settled } = trackPromises();

  async function attempt(
    event: string,
    payload: JsonObject,
    guid: string,
    redelivery: boolean,
  ): Promise<Delivery | undefined> {
    if (!target || closing.signal.aborted) return undefined;
    const { app, deliveries, nextId, now } = getWorld();
    const repositoryId = repositoryIdIn(payload);
    const outgoing = { id: nextId(), guid, event, payload, repositoryId, redelivery, appId: app.id, now };
    const delivery = await sendWebhook(target, { ...outgoing, signal: closing.signal });
    deliveries.add(delivery);
    onDelivered();
    return delivery;
  }

  async function deliver(
    event: string,
    payload: JsonObject,
    options: { deliveryId?: string } = {},
  ): Promise<Delivered> {
    const deliveryId = options.deliveryId ?? randomUUID();
    const delivery = await track(attempt(event, payload, deliveryId, false));
    return { deliveryId, status: delivery?.statusCode ?? 0 };
  }

  const subscribed = ({ event, repository }: Announcement): boolean =>
    repository.installed && getWorld().app.installed && getWorld().app.events.includes(event);

  function send(announcement: Announcement): Promise<Delivered> {
    if (!target || !subscribed(announcement)) return Promise.resolve({ deliveryId: '', status: 0 });
    return deliver(announcement.event, buildPayload(getWorld(), announcement));
  }

  return {
    setTarget: (next) => {
      target = next;
    },
    deliver,
    send,
    announce: (announcement) => void send(announcement),
    installApp: () => void deliver('installation', buildInstallation(getWorld())),
    redeliver(deliveryId) {
      const former = getWorld().deliveries.find(deliveryId);
      if (former) void track(attempt(former.event, former.payload, former.guid, true));
    },
    settled,
    async close() {
      closing.abort();
      await settled();
    },
  };
}
