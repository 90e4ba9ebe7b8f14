import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';

export type SocketServer = {
  url: string;
  /** Refuses the next handshakes with this status; null accepts them. */
  refuseWith(status: number | null): void;
  sockets: Set<WebSocket>;
  close(): Promise<void>;
};

/** A WebSocket server on a free port of this machine. */
export async function startSocketServer(
  onSocket: (socket: WebSocket, request: IncomingMessage) => void,
  onRequest: Parameters<typeof createServer>[1] = (_request, response) => response.writeHead(404).end(),
): Promise<SocketServer> {
  let refusal: number | null = null;
  const sockets = new Set<WebSocket>();
  const http = createServer(onRequest);
  const server = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, stream, head) => {
    if (refusal !== null) {
      stream.end(`HTTP/1.1 ${refusal} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    server.handleUpgrade(request, stream, head, (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      onSocket(socket, request);
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    refuseWith(status) {
      refusal = status;
    },
    sockets,
    async close() {
      for (const socket of sockets) socket.terminate();
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
}
