import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Like GitHub, which gives a receiver ten seconds. */
const FORWARD_DEADLINE_MS = 10_000;

/** What happens to one delivery on its way. */
export type RelayFault =
  /** Two copies arrive at the same moment. */
  | { type: 'twice' }
  /** It arrives after others that were sent later. */
  | { type: 'late'; delayMs: number }
  /** It arrives, and GitHub never hears so. */
  | { type: 'answer_lost' }
  /** It never arrives. */
  | { type: 'lost' };

export type RelayedDelivery = {
  id: string;
  event: string;
  action: string | null;
  /** A 202 was seen for it. */
  accepted: boolean;
  /** Of all answers, in the order in which they came. 0: no answer. */
  statuses: number[];
};

type Stored = RelayedDelivery & { headers: Record<string, string>; body: string };

export type WebhookRelay = {
  url: string;
  /** The next delivery meets it. */
  arm(fault: RelayFault): void;
  armed(): number;
  disarm(): void;
  /** Sends one that was accepted before once more, with its id or with a new one. @returns false when there is none. */
  sendAgain(pick: number, newId: string | null): Promise<boolean>;
  /** Sends what was never accepted, as GitHub does when it is asked to. */
  resendMissing(): Promise<void>;
  /** Resolves when nothing is on its way. */
  settled(): Promise<void>;
  deliveries(): RelayedDelivery[];
  /** Forgets deliveries that were checked. */
  forget(ids: ReadonlySet<string>): void;
  close(): Promise<void>;
};

/** Stands between GitHub and the Worker: passes webhooks on byte for byte, and has mishaps with some of them. */
export async function startWebhookRelay(target: () => string): Promise<WebhookRelay> {
  const stored = new Map<string, Stored>();
  const underWay = new Set<Promise<unknown>>();
  let armed: RelayFault[] = [];

  const forward = async (delivery: Stored, id = delivery.id): Promise<number> => {
    const status = await fetch(`${target()}/api/github/webhooks`, {
      method: 'POST',
      headers: { ...delivery.headers, 'x-github-delivery': id },
      body: delivery.body,
      signal: AbortSignal.timeout(FORWARD_DEADLINE_MS),
    }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
    const known = stored.get(id);
    known?.statuses.push(status);
    if (known !== undefined && status === 202) known.accepted = true;
    return status;
  };
  const track = <T>(work: Promise<T>): Promise<T> => {
    const tracked = work.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    return tracked;
  };
  const deliver = async (delivery: Stored, fault: RelayFault | undefined): Promise<number> => {
    switch (fault?.type) {
      case undefined:
        return forward(delivery);
      case 'twice':
        return Math.max(...(await Promise.all([forward(delivery), forward(delivery)])));
      case 'late':
        await sleep(fault.delayMs);
        return forward(delivery);
      case 'answer_lost':
        await forward(delivery);
        return 0;
      case 'lost':
        return 0;
    }
  };
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const delivery = read(request, Buffer.concat(chunks).toString('utf8'));
    stored.set(delivery.id, delivery);
    const status = await deliver(delivery, armed.shift());
    if (status === 0) request.socket.destroy();
    else response.writeHead(status).end();
  };
  const server = createServer((request, response) => {
    track(take(request, response)).catch(() => request.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The relay has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    arm: (fault) => armed.push(fault),
    armed: () => armed.length,
    disarm: () => {
      armed = [];
    },
    async sendAgain(pick, newId) {
      const accepted = [...stored.values()].filter((each) => each.accepted);
      const found = accepted[Math.floor(pick * accepted.length)];
      if (found === undefined) return false;
      if (newId !== null) stored.set(newId, { ...found, id: newId, accepted: false, statuses: [] });
      await track(forward(found, newId ?? found.id));
      return true;
    },
    async resendMissing() {
      const missing = [...stored.values()].filter(({ accepted }) => !accepted);
      for (const delivery of missing) await track(forward(delivery));
    },
    async settled() {
      while (underWay.size > 0) await Promise.allSettled([...underWay]);
    },
    deliveries: () =>
      [...stored.values()].map(({ id, event, action, accepted, statuses }) => ({
        id,
        event,
        action,
        accepted,
        statuses: [...statuses],
      })),
    forget(ids) {
      for (const id of ids) stored.delete(id);
    },
    async close() {
      server.closeAllConnections();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

/** The headers that GitHub's receiver reads; others are about the connection. */
const PASSED_ON = /^(?:x-github-|x-hub-|content-type$|user-agent$|accept$)/;

function read({ headers }: IncomingMessage, body: string): Stored {
  const passed = Object.entries(headers).flatMap(([name, value]) =>
    PASSED_ON.test(name) && typeof value === 'string' ? [[name, value] as const] : [],
  );
  return {
    id: String(headers['x-github-delivery']),
    event: String(headers['x-github-event']),
    action: /"action":"(\w+)"/.exec(body)?.[1] ?? null,
    accepted: false,
    statuses: [],
    headers: Object.fromEntries(passed),
    body,
  };
}
