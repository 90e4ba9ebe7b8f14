import type { Logger } from 'pino';
import type { RawData } from 'ws';
import { WebSocket } from 'ws';
import { afterClose } from '../../protocol/close-codes.ts';
import { PONG_TEXT } from '../../protocol/limits.ts';
import { handshakeCloseCode } from './handshake-code.ts';
import { keepAlive } from './keep-alive.ts';
import { proxyAgent } from './proxy-agent.ts';
import { reconnectDelayMs, STABLE_MS } from './reconnect-delay.ts';

/** An upgrade through proxies takes well under a second; a peer that accepts TCP and says nothing is given up. */
const HANDSHAKE_MS = 10_000;

/** Frames are stored as rows of at most 2 MB; a larger one is a bug or an attack. */
const MAX_PAYLOAD_BYTES = 4_000_000;

/** Why a socket was closed, by code; 1006 when there was no close frame. */
export type Closed = { code: number; reason: string };

export type SocketDeps = {
  log: Logger;
  random: () => number;
  /** Milliseconds that only grow. */
  monotonic: () => number;
  pingIntervalMs?: number;
};

export type SocketSpec = {
  url: string;
  /** Asked for at each attempt; the credential or ticket may have changed. */
  bearer: () => string;
  onOpen(): void;
  /** A text frame other than a pong. */
  onText(text: string): void;
  /** The connection is gone; another attempt follows unless `onStop` was called. */
  onDown?(): void;
  /** 4401: resolves when `bearer` gives something new. Rejecting, or leaving it out, stops. */
  renew?(): Promise<void>;
  /** The peer said not to come back. Called once. */
  onStop(closed: Closed): void;
};

/** A WebSocket that comes back after cuts, deploys and outages until it is told not to. */
export class ReconnectingSocket {
  readonly #spec: SocketSpec;
  readonly #deps: SocketDeps;
  #socket: WebSocket | null = null;
  #timer: NodeJS.Timeout | null = null;
  #attempt = 0;
  #stopped = false;

  constructor(spec: SocketSpec, deps: SocketDeps) {
    this.#spec = spec;
    this.#deps = deps;
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  connect(): void {
    if (this.#stopped || this.#socket !== null) return;
    const socket = new WebSocket(this.#spec.url, {
      agent: proxyAgent(this.#spec.url),
      headers: { authorization: `Bearer ${this.#spec.bearer()}` },
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: MAX_PAYLOAD_BYTES,
      perMessageDeflate: false,
      followRedirects: false,
    });
    this.#socket = socket;
    this.#listen(socket);
  }

  /** Hands a frame to the socket. False when there is no open one: the caller keeps what it wanted to send. */
  send(text: string): boolean {
    if (this.#socket === null || !this.isOpen) return false;
    this.#socket.send(text, () => {});
    return true;
  }

  /** Cuts the connection and comes back; for a peer that does not do what the protocol says. */
  restart(): void {
    this.#socket?.terminate();
  }

  /** Closes for good. Nothing is called after it. */
  close(code = 1000, reason = ''): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    if (socket.readyState === WebSocket.OPEN) socket.close(code, reason);
    else socket.terminate();
  }

  #listen(socket: WebSocket): void {
    let openedAt: number | null = null;
    let refusedWith: Closed | null = null;
    let pings: ReturnType<typeof keepAlive> | null = null;
    socket.on('open', () => {
      if (this.#stopped) {
        socket.terminate();
        return;
      }
      openedAt = this.#deps.monotonic();
      pings = keepAlive(socket, this.#deps.pingIntervalMs);
      this.#spec.onOpen();
    });
    socket.on('message', (data: RawData, isBinary: boolean) => {
      pings?.heard();
      if (this.#stopped || isBinary) return;
      const text = data.toString();
      if (text !== PONG_TEXT) this.#spec.onText(text);
    });
    socket.on('unexpected-response', (_request, response) => {
      const code = handshakeCloseCode(response.statusCode ?? 0);
      if (code !== null) refusedWith = { code, reason: `HTTP ${response.statusCode}` };
      socket.terminate();
    });
    socket.on('error', (error) => {
      if (!this.#stopped) this.#deps.log.debug({ err: error }, 'socket.error');
    });
    socket.on('close', (code, reason) => {
      pings?.stop();
      if (this.#stopped || this.#socket !== socket) return;
      this.#socket = null;
      if (openedAt !== null && this.#deps.monotonic() - openedAt >= STABLE_MS) this.#attempt = 0;
      this.#onClosed(refusedWith ?? { code, reason: reason.toString() });
    });
  }

  #onClosed(closed: Closed): void {
    const next = afterClose(closed.code);
    this.#deps.log.info({ ...closed, next }, 'socket.closed');
    this.#spec.onDown?.();
    switch (next) {
      case 'reconnect':
        this.#retryLater();
        return;
      case 'renew_ticket':
        void (this.#spec.renew?.() ?? Promise.reject(new Error('nothing to renew'))).then(
          () => this.#retryLater(),
          () => this.#stop(closed),
        );
        return;
      case 'stop':
        this.#stop(closed);
    }
  }

  #retryLater(): void {
    if (this.#stopped) return;
    const delayMs = reconnectDelayMs(this.#attempt, this.#deps.random());
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.connect(), delayMs);
  }

  #stop(closed: Closed): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#spec.onStop(closed);
  }
}
