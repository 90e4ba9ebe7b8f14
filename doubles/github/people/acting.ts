import type { Delivered, WebhookSender } from '../webhooks/webhook-sender.ts';
import type { Announcement, World } from '../world.ts';

/** What people's actions need: the state, and somebody to carry the webhooks. */
export type Stage = { world: World; sender: WebhookSender };

/** What came of an action: the target has answered every webhook that it caused, in this order. */
export type Acted<T extends object> = T & { deliveries: Delivered[] };

/** Acts on a world that keeps the announcements, then sends them and waits for the target. */
export async function acting<T extends object>(
  { world, sender }: Stage,
  act: (world: World) => T | Promise<T>,
): Promise<Acted<T>> {
  const announced: Announcement[] = [];
  const result = await act({ ...world, announce: (announcement) => announced.push(announcement) });
  const deliveries = await Promise.all(announced.map((announcement) => sender.send(announcement)));
  return { ...result, deliveries };
}

/** Gives an action its stage, so that callers need to say only what they do. */
export const bindTo =
  (stage: Stage) =>
  <G, R>(act: (stage: Stage, given: G) => R) =>
  (given: G): R =>
    act(stage, given);
