import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { CLOSE } from '../../protocol/close-codes.ts';
import type { SocketServer } from '../testing/socket-server.ts';
import { startSocketServer } from '../testing/socket-server.ts';
import { waitFor } from '../testing/wait-for.ts';
import type { Closed, SocketSpec } from './reconnecting-socket.ts';
import { ReconnectingSocket } from './reconnecting-socket.ts';

let server: SocketServer;
let accepted: { socket: WebSocket; bearer: string | undefined; texts: string[] }[] = [];
let open: ReconnectingSocket[] = [];

beforeEach(async () => {
  accepted = [];
  server = await startSocketServer((socket, request) => {
    const entry = { socket, bearer: request.headers.authorization, texts: [] as string[] };
    accepted.push(entry);
    socket.on('message', (data) => entry.texts.push(String(data)));
  });
});

afterEach(async () => {
  for (const socket of open) socket.close();
  open = [];
  await server.close();
});

function start(spec: Partial<SocketSpec> = {}, pingIntervalMs?: number) {
  const seen = { opens: 0, texts: [] as string[], stops: [] as Closed[] };
  const socket = new ReconnectingSocket(
    {
      url: server.url.replace('http', 'ws'),
      bearer: () => 'first',
      onOpen: () => {
        seen.opens += 1;
      },
      onText: (text) => seen.texts.push(text),
      onStop: (closed) => seen.stops.push(closed),
      ...spec,
    },
    {
      log: pino({ level: 'silent' }),
      random: () => 0.01,
      monotonic: () => performance.now(),
      pingIntervalMs,
    },
  );
  open.push(socket);
  socket.connect();
  return { socket, seen };
}

describe('ReconnectingSocket', () => {
  it.each([1000, 1001, 1011, 1012])('takes a close with %i for a deploy and comes back', async (code) => {
    const { seen } = start();
    (await waitFor('the first socket', () => accepted[0])).socket.close(code);
    await waitFor('the second socket', () => accepted[1]);
    await waitFor('the second open', () => seen.opens === 2);
    expect(seen.stops).toEqual([]);
  });

  it.each([
    CLOSE.replaced,
    CLOSE.fenced,
    CLOSE.finished,
    CLOSE.versionRefused,
    CLOSE.notFound,
    CLOSE.badFrame,
  ])('does not come back after a close with %i', async (code) => {
    const { seen } = start();
    (await waitFor('the socket', () => accepted[0])).socket.close(code, 'because');
    await waitFor('the stop', () => seen.stops.length > 0);
    expect({ stops: seen.stops, connections: accepted.length }).toEqual({
      stops: [{ code, reason: 'because' }],
      connections: 1,
    });
  });

  it('gets a new ticket before it comes back after 4401', async () => {
    let bearer = 'first';
    const renew = async () => {
      bearer = 'second';
    };
    start({ bearer: () => bearer, renew });
    (await waitFor('the first socket', () => accepted[0])).socket.close(CLOSE.unauthorized);
    expect((await waitFor('the second socket', () => accepted[1])).bearer).toBe('Bearer second');
  });

  it('stops on a refused credential where there is nothing to renew', async () => {
    server.refuseWith(401);
    const { seen } = start();
    await waitFor('the stop', () => seen.stops.length > 0);
    expect(seen.stops).toEqual([{ code: CLOSE.unauthorized, reason: 'HTTP 401' }]);
  });

  it('keeps trying while the server answers handshakes with an outage', async () => {
    server.refuseWith(503);
    const { seen, socket } = start();
    expect(socket.send('lost')).toBe(false);
    server.refuseWith(null);
    await waitFor('the socket', () => accepted[0]);
    expect(seen.stops).toEqual([]);
  });

  it('finds a half-open socket by two missed pings and comes back', async () => {
    start({}, 15);
    const first = await waitFor('the first socket', () => accepted[0]);
    await waitFor('the second socket', () => accepted[1]);
    expect(first.texts).toEqual(['ping', 'ping']);
  });

  it('stays on a socket whose pings are answered', async () => {
    const { seen } = start({}, 10);
    const { socket, texts } = await waitFor('the socket', () => accepted[0]);
    socket.on('message', () => socket.send('pong'));
    await waitFor('six pings', () => texts.length >= 6);
    expect({ connections: accepted.length, texts: seen.texts }).toEqual({ connections: 1, texts: [] });
  });

  it('cuts nothing short: what was sent before a close arrives', async () => {
    const { socket } = start();
    const { texts } = await waitFor('the socket', () => accepted[0]);
    await waitFor('open', () => socket.isOpen);
    socket.send('last words');
    socket.close();
    await waitFor('the words', () => texts.length > 0);
    expect(texts).toEqual(['last words']);
  });
});
