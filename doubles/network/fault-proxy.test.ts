import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

const PATIENCE_MS = 30_000;

const until = (what: string, look: () => boolean): Promise<void> =>
  vi.waitFor(() => {
    if (!look()) throw new Error(`Waited in vain: ${what}.`);
  }, PATIENCE_MS);

let server: Server;
let accepted: Socket[];
let proxy: FaultProxy;
let clients: Socket[];

beforeEach(async () => {
  accepted = [];
  clients = [];
  server = createServer((socket) => {
    accepted.push(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => socket.write(`echo ${chunk}`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  proxy = await startFaultProxy(address.port);
});

afterEach(async () => {
  for (const socket of [...clients, ...accepted]) socket.destroy();
  await proxy.close();
  server.close();
});

type Client = { socket: Socket; heard: () => string; isClosed: () => boolean };

function dial(): Client {
  const socket = connect({ port: Number(new URL(proxy.url).port), host: '127.0.0.1' });
  clients.push(socket);
  let heard = '';
  let isClosed = false;
  socket.on('data', (chunk) => {
    heard += String(chunk);
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    isClosed = true;
  });
  return { socket, heard: () => heard, isClosed: () => isClosed };
}

async function dialed(): Promise<Client> {
  const client = dial();
  client.socket.write('hello');
  await until('the echo is there', () => client.heard() === 'echo hello');
  return client;
}

it('passes bytes both ways and says what a connection carries', async () => {
  const client = await dialed();
  expect(proxy.connections().map(({ carries }) => carries)).toEqual(['http']);
  const socket = dial();
  socket.socket.write('GET /api/sessions/x/tasks/1/connect HTTP/1.1\r\nUpgrade: websocket\r\n\r\n');
  await until('it is known what it carries', () =>
    proxy.connections().some(({ carries }) => carries === 'data'),
  );
  client.socket.end();
  await until('it is gone', () => proxy.connections().length === 1);
});

it('cuts a connection on both sides', async () => {
  const client = await dialed();
  proxy.connections()[0]?.cut();
  await until('both sides are closed', () => client.isClosed() && accepted[0]?.destroyed === true);
  expect(proxy.connections()).toEqual([]);
});

it.each(['client', 'server'] as const)('leaves the other side open when the %s is lost', async (dead) => {
  const client = await dialed();
  proxy.connections()[0]?.halve(dead);
  const isDead = () => (dead === 'client' ? client.isClosed() : accepted[0]?.destroyed === true);
  const isOther = () => (dead === 'client' ? accepted[0]?.destroyed === true : client.isClosed());
  await until('one side is closed', isDead);
  // A connection made later goes there and back: what would have told the other side is long past.
  await dialed();
  expect(isOther()).toBe(false);
  proxy.heal();
  await until('the other side is closed too', isOther);
});

it('holds everything back in a black hole, and delivers it in order afterwards', async () => {
  const client = await dialed();
  proxy.blackHole(true);
  client.socket.write(' one');
  const late = dial();
  late.socket.write(' two');
  await until('the late one is connected', () => accepted.length === 2);
  expect(client.heard()).toBe('echo hello');
  proxy.blackHole(false);
  await until('both are answered', () => client.heard() === 'echo helloecho  one');
  await until('the late one is answered', () => late.heard() === 'echo  two');
});

it('keeps the order of bytes when a slow network becomes a fast one', async () => {
  const client = await dialed();
  proxy.slow(100);
  client.socket.write(' slow');
  await until('the slow one is on its way', () => client.socket.bytesWritten === 10);
  proxy.slow(0);
  client.socket.write(' fast');
  await until('both are answered', () => client.heard().replaceAll('echo ', '') === 'hello slow fast');
});

it('resets new connections while it refuses', async () => {
  proxy.refuse(true);
  const client = dial();
  await until('it is reset', client.isClosed);
  proxy.heal();
  await dialed();
});

it('lets a later connection through before an earlier one', async () => {
  proxy.reorder(60_000);
  const first = dial();
  first.socket.write('first');
  await once(first.socket, 'connect');
  const second = dial();
  second.socket.write('second');
  await until('both are answered', () => first.heard() !== '' && second.heard() !== '');
  const ports = proxy.connections().length;
  expect(ports).toBe(2);
  expect([first.heard(), second.heard()]).toEqual(['echo first', 'echo second']);
});

it('loses the answer to one request, which arrives, and to no other', async () => {
  const client = await dialed();
  proxy.loseAnswerTo('POST ');
  client.socket.write('GET /');
  await until('the other answer is there', () => client.heard() === 'echo helloecho GET /');
  client.socket.write('POST /');
  await until('the connection is cut', () => client.isClosed());
  expect(client.heard()).toBe('echo helloecho GET /');
  expect((await dialed()).isClosed()).toBe(false);
});
