import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { type NetworkState, OneWay } from './one-way.ts';

/** What a connection carries, read from the request that opens it. */
export type Carries = 'control' | 'data' | 'viewer' | 'http';

export type ProxiedConnection = {
  readonly carries: Carries;
  /** Both sides are reset. */
  cut(): void;
  /** One side is reset; the other hears nothing more, not even that. */
  halve(deadSide: 'client' | 'server'): void;
};

export type FaultProxy = {
  url: string;
  connections(): ProxiedConnection[];
  /** Every chunk of every connection is held back so long, in both directions. 0 ends it. */
  slow(delayMs: number): void;
  /** Nothing passes any more, and nobody is told. What was held back arrives when it ends. */
  blackHole(on: boolean): void;
  /** New connections are reset at once. */
  refuse(on: boolean): void;
  /** The next connection waits until the one after it is through, or for so long at most. */
  reorder(longestMs: number): void;
  /** Lets the next request that begins with this through, and cuts its connection before the answer comes back. */
  loseAnswerTo(start: string): void;
  /** Ends all faults, and cuts what they left half-open. */
  heal(): void;
  close(): Promise<void>;
};

type State = NetworkState & {
  isRefusing: boolean;
  /** Lets the connection through that waits for a later one. */
  release: (() => void) | null;
  reorderMs: number;
  /** How the request begins whose answer gets lost. */
  losing: string | null;
};

class Connection implements ProxiedConnection {
  carries: Carries = 'http';
  isHalf = false;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #ways: readonly OneWay[];

  constructor(client: Socket, server: Socket, state: State) {
    this.#client = client;
    this.#server = server;
    client.once('data', (chunk) => {
      this.carries = carriesOf(chunk.toString('latin1'));
    });
    client.on('data', (chunk) => {
      if (state.losing === null || !chunk.toString('latin1').startsWith(state.losing)) return;
      state.losing = null;
      // Before the listener that passes it on.
      server.prependOnceListener('data', () => this.cut());
    });
    const isHalf = () => this.isHalf;
    this.#ways = [new OneWay(client, server, state, isHalf), new OneWay(server, client, state, isHalf)];
  }

  /** Neither side is there any more. */
  isGone(): boolean {
    return this.#client.destroyed && this.#server.destroyed;
  }

  cut(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  halve(deadSide: 'client' | 'server'): void {
    this.isHalf = true;
    (deadSide === 'client' ? this.#client : this.#server).resetAndDestroy();
  }

  pump(): void {
    for (const way of this.#ways) way.pump();
  }
}

function carriesOf(request: string): Carries {
  const path = /^[A-Z]+ (\S+)/.exec(request)?.[1] ?? '';
  if (!/\r\nupgrade: *websocket/i.test(request)) return 'http';
  if (path.startsWith('/api/runners/connect')) return 'control';
  return /\/tasks\/\d+\/connect/.test(path) ? 'data' : 'viewer';
}

/** A TCP proxy on 127.0.0.1 whose connections can be broken in the ways that networks break them. */
export async function startFaultProxy(targetPort: number): Promise<FaultProxy> {
  const open = new Set<Connection>();
  const state: State = {
    delayMs: 0,
    isBlackHole: false,
    isRefusing: false,
    release: null,
    reorderMs: 0,
    losing: null,
  };
  const join = (client: Socket) => {
    const server = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true });
    server.setNoDelay(true);
    const connection = new Connection(client, server, state);
    open.add(connection);
    for (const side of [client, server]) {
      side.once('close', () => {
        if (connection.isGone()) open.delete(connection);
      });
    }
  };
  const letIn = (client: Socket) => {
    if (state.release !== null) {
      join(client);
      state.release();
    } else if (state.reorderMs > 0) {
      const timer = setTimeout(() => state.release?.(), state.reorderMs);
      state.reorderMs = 0;
      client.on('error', () => {});
      state.release = () => {
        clearTimeout(timer);
        state.release = null;
        if (!client.destroyed) join(client);
      };
    } else join(client);
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (state.isRefusing) client.resetAndDestroy();
    else letIn(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const blackHole = (on: boolean) => {
    state.isBlackHole = on;
    if (!on) for (const connection of open) connection.pump();
  };
  const heal = () => {
    state.delayMs = 0;
    state.isRefusing = false;
    state.reorderMs = 0;
    state.losing = null;
    state.release?.();
    blackHole(false);
    for (const connection of open) if (connection.isHalf) connection.cut();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    connections: () => [...open].filter((connection) => !connection.isHalf && !connection.isGone()),
    slow: (delayMs) => {
      state.delayMs = delayMs;
    },
    blackHole,
    refuse: (on) => {
      state.isRefusing = on;
    },
    reorder: (longestMs) => {
      state.reorderMs = longestMs;
    },
    loseAnswerTo: (start) => {
      state.losing = start;
    },
    heal,
    async close() {
      heal();
      for (const connection of open) connection.cut();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
