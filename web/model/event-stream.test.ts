// @vitest-environment node
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import type { LoggedEvent } from '../../protocol/events.ts';
import { type Connection, followEvents } from './event-stream.ts';

const events = (from: number, to: number): LoggedEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    id: from + index,
    at: 0,
    taskId: null,
    event: { type: 'notice', level: 'info', text: `event ${from + index}` },
  }));

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** A server that runs `script` on each socket, and a follower that collects ids until `last` is there. */
async function follow(
  script: (socket: ServerSocket, after: number, connection: number) => void,
  last: number,
) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const asked: number[] = [];
  server.on('connection', (socket, request) => {
    const after = Number(new URL(request.url ?? '', 'http://test').searchParams.get('after'));
    asked.push(after);
    script(socket, after, asked.length);
  });
  const ids: number[] = [];
  const connections: Connection[] = [];
  await new Promise<void>((resolve) => {
    const stream = followEvents({
      connect: (after) => new WebSocket(`ws://127.0.0.1:${port}/?after=${after}`),
      random: () => 0.01,
      onState: () => {},
      onEvents: (fresh) => {
        ids.push(...fresh.map((event) => event.id));
        if (ids.at(-1) === last) resolve();
      },
      onConnection: (connection) => connections.push(connection),
    });
    cleanUps.push(() => {
      stream.close();
      server.close();
      for (const client of server.clients) client.terminate();
    });
  });
  return { ids, asked, connections };
}

const send = (socket: ServerSocket, list: LoggedEvent[]) =>
  socket.send(JSON.stringify({ type: 'events', events: list }));
const oneTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

it('continues after the last event it saw when the server restarts', async () => {
  const seen = await follow((socket, after, connection) => {
    if (connection === 1) {
      send(socket, events(1, 3));
      socket.close(1001, 'restarting');
      return;
    }
    send(socket, events(after + 1, 6));
  }, 6);
  expect(seen.ids).toEqual(oneTo(6));
  expect(seen.asked).toEqual([0, 3]);
  expect(seen.connections).toContain('reconnecting');
});

it('shows an event that is replayed only once', async () => {
  const seen = await follow((socket) => {
    send(socket, events(1, 4));
    send(socket, events(3, 6));
  }, 6);
  expect(seen.ids).toEqual(oneTo(6));
});

it('asks again when something else than a frame arrives', async () => {
  const seen = await follow((socket, after, connection) => {
    send(socket, events(after + 1, after + 2));
    if (connection === 1) socket.send('<html>Bad gateway</html>');
  }, 4);
  expect(seen.ids).toEqual(oneTo(4));
  expect(seen.asked).toEqual([0, 2]);
});

it('asks again instead of showing a log with a hole', async () => {
  const seen = await follow((socket, after, connection) => {
    if (connection === 1) {
      send(socket, events(1, 2));
      send(socket, events(5, 6));
      return;
    }
    send(socket, events(after + 1, 6));
  }, 6);
  expect(seen.ids).toEqual(oneTo(6));
  expect(seen.asked).toEqual([0, 2]);
});
