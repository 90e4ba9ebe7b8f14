import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export type CuttingProxy = {
  url: string;
  /** Cuts every connection that is open; new ones are taken. @returns how many there were */
  cut(): number;
  /** Lets the next request that begins with this through, and cuts the line before its answer comes back. */
  loseAnswerTo(start: string): void;
  close(): Promise<void>;
};

/** A network between two machines that a test can cut. */
export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let losing: string | null = null;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    let isDoomed = false;
    const end = () => {
      near.destroy();
      far.destroy();
      open.delete(near);
    };
    open.add(near);
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    near.on('data', (chunk) => {
      if (losing !== null && chunk.toString('latin1').startsWith(losing)) {
        losing = null;
        isDoomed = true;
      }
      far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (isDoomed) end();
      else near.write(chunk);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy listens on no port.');
  const cut = () => {
    const sockets = [...open];
    for (const socket of sockets) socket.destroy();
    return sockets.length;
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut,
    loseAnswerTo(start) {
      losing = start;
    },
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
