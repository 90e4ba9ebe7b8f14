import { once } from 'node:events';
import WebSocket from 'ws';
import { PING_INTERVAL_MS, PING_TEXT, PONG_TEXT } from '../../protocol/limits.ts';

export type PingedSocket = {
  send(text: string): void;
  /** Pongs so far. */
  pongs(): number;
  isOpen(): boolean;
  close(): void;
};

export type PingedSocketSpec = {
  url: string;
  headers: Record<string, string>;
  /** A frame other than a pong; `atMs` was read before anything else: ms of `performance.now()`. */
  onFrame(data: Buffer, atMs: number): void;
  /** It was closed by the other side, or cut. */
  onClose?(code: number): void;
};

const PONG = Buffer.from(PONG_TEXT);

/** A WebSocket with the product's keep-alive that does not come back once it is cut. @throws when it is refused. */
export async function openPingedSocket({
  url,
  headers,
  onFrame,
  onClose = () => {},
}: PingedSocketSpec): Promise<PingedSocket> {
  const socket = new WebSocket(url, { headers, perMessageDeflate: false });
  let pongs = 0;
  socket.on('message', (data) => {
    const atMs = performance.now();
    const bytes = Buffer.isBuffer(data) ? data : Buffer.from(String(data));
    if (bytes.equals(PONG)) pongs += 1;
    else onFrame(bytes, atMs);
  });
  await once(socket, 'open');
  const pings = setInterval(() => socket.send(PING_TEXT, () => {}), PING_INTERVAL_MS);
  // A cut ends in `close`, which says all there is to say.
  socket.on('error', () => {});
  let isEnded = false;
  socket.on('close', (code) => {
    clearInterval(pings);
    if (!isEnded) onClose(code);
  });
  return {
    send: (text) => socket.send(text, () => {}),
    pongs: () => pongs,
    isOpen: () => socket.readyState === WebSocket.OPEN,
    close: () => {
      isEnded = true;
      clearInterval(pings);
      socket.terminate();
    },
  };
}

/** The address of a WebSocket of the control plane. */
export function socketUrl(controlUrl: string, path: string): string {
  return `${controlUrl.replace(/^http/, 'ws')}${path}`;
}
