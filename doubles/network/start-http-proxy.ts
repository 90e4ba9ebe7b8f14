import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect, type Socket } from 'node:net';

export type HttpProxy = {
  url: string;
  /** Whom was asked for through it, tunnels and plain requests, as `host` or `host:port`. */
  asked: string[];
  close(): Promise<void>;
};

/** A proxy as companies have them: `CONNECT`, and requests in absolute form. All of it goes to `target`, whoever was named. */
export async function startHttpProxy(target: string): Promise<HttpProxy> {
  const { hostname, port } = new URL(target);
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((from, answer) => {
    const { url = '', method, headers } = from;
    const { host, pathname, search } = new URL(url);
    asked.push(host);
    const path = `${pathname}${search}`;
    const onward = request({ hostname, port, path, method, headers, agent: false }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    from.pipe(onward);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('connect', ({ url = '' }, near: Socket, head: Buffer) => {
    asked.push(url);
    const far = connect(Number(port), hostname, () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.write(head);
      near.pipe(far).pipe(near);
    });
    for (const socket of [near, far]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy listens on no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
