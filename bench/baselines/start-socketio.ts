import { io, type Socket } from 'socket.io-client';
import type { RunnerEvent } from '../../protocol/events.ts';
import { checkOrder, type OrderFaults } from '../stats/check-order.ts';
import { startServer } from './start-server.ts';

/** Events that are sent before the first of them is confirmed. One at a time would measure the round trip. */
const IN_FLIGHT = 200;

const ROUND_DEADLINE_MS = 60_000;

/** One round as its viewers had it. */
export type SocketioRound = {
  /** From the first event's sending until the last viewer had its last event. */
  tookMs: number;
  /** Over all viewers. */
  order: OrderFaults;
  /** Of the first viewer: ms from an event's sending until it is there, by its number. */
  latenciesMs: number[];
};

export type Socketio = {
  /** Sends events to a new session with so many viewers: as fast as it goes, or `intervalMs` apart. */
  round(viewers: number, events: readonly RunnerEvent[], intervalMs: number): Promise<SocketioRound>;
  stop(): Promise<unknown>;
};

export async function startSocketio({ port }: { port: number }): Promise<Socketio> {
  const server = await startServer('socketio-server.ts', port);
  const { url } = server.ready;
  let rounds = 0;
  return {
    async round(viewerCount, events, intervalMs) {
      rounds += 1;
      const session = `session-${rounds}`;
      const sentAtMs: number[] = [];
      const viewers = await Promise.all(
        Array.from({ length: viewerCount }, () => openViewer(url, session, events.length)),
      );
      const producer = await connect(url);
      try {
        const startedAtMs = performance.now();
        await sendAll(producer, session, events, intervalMs, sentAtMs);
        const lastAtMs = await withDeadline(Promise.all(viewers.map(({ whole }) => whole)));
        const faults = viewers.map(({ seen }) =>
          checkOrder(
            seen.map(({ seq }) => seq),
            events.length,
          ),
        );
        const sum = (pick: (order: OrderFaults) => number) =>
          faults.reduce((all, each) => all + pick(each), 0);
        return {
          tookMs: Math.max(...lastAtMs) - startedAtMs,
          order: {
            lost: sum(({ lost }) => lost),
            doubled: sum(({ doubled }) => doubled),
            outOfOrder: sum(({ outOfOrder }) => outOfOrder),
          },
          latenciesMs: viewers[0]?.seen.map(({ seq, atMs }) => atMs - (sentAtMs[seq] ?? atMs)) ?? [],
        };
      } finally {
        for (const socket of [producer, ...viewers.map((viewer) => viewer.socket)]) socket.disconnect();
      }
    },
    stop: () => server.stop(),
  };
}

async function connect(url: string): Promise<Socket> {
  const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false });
  await new Promise<void>((resolve, reject) => {
    socket.on('connect', () => resolve());
    socket.on('connect_error', reject);
  });
  return socket;
}

async function openViewer(url: string, session: string, count: number) {
  const socket = await connect(url);
  const seen: { seq: number; atMs: number }[] = [];
  const { promise: whole, resolve } = Promise.withResolvers<number>();
  socket.on('event', ({ seq }: { seq: number }) => {
    const atMs = performance.now();
    seen.push({ seq, atMs });
    if (seen.length === count) resolve(atMs);
  });
  await socket.emitWithAck('watch', session);
  return { socket, seen, whole };
}

async function sendAll(
  producer: Socket,
  session: string,
  events: readonly RunnerEvent[],
  intervalMs: number,
  sentAtMs: number[],
): Promise<void> {
  let inFlight = 0;
  let wake = () => {};
  const startedAtMs = performance.now();
  for (const [seq, event] of events.entries()) {
    while (inFlight >= IN_FLIGHT) await new Promise<void>((resolve) => (wake = resolve));
    const dueMs = startedAtMs + seq * intervalMs - performance.now();
    if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
    inFlight += 1;
    sentAtMs[seq] = performance.now();
    producer.emit('event', session, seq, event, () => {
      inFlight -= 1;
      wake();
    });
  }
}

async function withDeadline<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = setTimeout(
    () => reject(new Error('socket.io viewers did not get every event.')),
    ROUND_DEADLINE_MS,
  );
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(late);
  }
}
