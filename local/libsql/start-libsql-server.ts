import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import path from 'node:path';
import { answerCall } from './answer-call.ts';
import { Connection } from './connection.ts';
import { ConnectionPool } from './connection-pool.ts';
import { ConnectionCut, Faults } from './faults.ts';
import { HttpError, toHttpError } from './http-error.ts';
import { CLOSE_GRACE_MS, REQUEST_DEADLINE_MS, STREAM_IDLE_MS } from './limits.ts';
import { StreamTable } from './stream-table.ts';
import { WriteTurns } from './write-turns.ts';

export interface LibsqlServerOptions {
  /** The database; it is created, with its folder, when there is none. */
  file: string;
  authToken: string;
  host?: string;
  /** 0 or nothing for any free port. */
  port?: number;
  /** How long a stream lives between two requests. */
  streamIdleMs?: number;
  /** Told of an error that is a bug of this server. */
  onBug?: (error: unknown) => void;
}

export interface LibsqlServer {
  url: string;
  port: number;
  faults: Faults;
  /** Lets requests in flight finish, rolls back open transactions and moves everything into the database file. */
  close(): Promise<void>;
}

/**
 * Serves a libSQL file over HTTP with the Hrana protocol, versions 2 and 3 in JSON: what Turso and sqld speak.
 * One process serves a file; it is meant for one machine, not for the open network.
 */
export async function startLibsqlServer(options: LibsqlServerOptions): Promise<LibsqlServer> {
  const { file, authToken, host = '127.0.0.1', port = 0, onBug = reportBug } = options;
  if (authToken === '') throw new Error('The libSQL server needs an auth token.');
  await createPrivately(file);
  withConnection(file, (connection) => connection.useWriteAheadLog());
  const pool = new ConnectionPool(file);
  const streams = new StreamTable({ pool, turns: new WriteTurns() }, options.streamIdleMs ?? STREAM_IDLE_MS);
  const faults = new Faults();
  const closing = new AbortController();

  const server = createServer((request, response) => {
    const isGone = new AbortController();
    response.once('close', () => isGone.abort());
    const signal = AbortSignal.any([isGone.signal, closing.signal, AbortSignal.timeout(REQUEST_DEADLINE_MS)]);
    answerCall(request, response, { streams, faults, authToken }, signal).catch((error: unknown) => {
      refuse(request, response, error, signal.aborted, onBug);
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The libSQL server has no port.');

  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    const force = setTimeout(() => {
      closing.abort();
      server.closeAllConnections();
    }, CLOSE_GRACE_MS);
    await closed;
    clearTimeout(force);
    streams.closeAll();
    pool.close();
    withConnection(file, (connection) => connection.checkpoint());
  };
  let closed: Promise<void> | undefined;
  return {
    url: `http://${host}:${address.port}`,
    port: address.port,
    faults,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

/** The record holds what people wrote to Claude: only the owner of the process reads it. */
async function createPrivately(file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const handle = await open(file, 'a', 0o600);
  await handle.close();
}

function withConnection(file: string, use: (connection: Connection) => void): void {
  const connection = new Connection(file);
  try {
    use(connection);
  } finally {
    connection.close();
  }
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  isAborted: boolean,
  onBug: (error: unknown) => void,
): void {
  if (error instanceof ConnectionCut || response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const timedOut = new HttpError(
    408,
    'REQUEST_TIMEOUT',
    `The request took longer than ${REQUEST_DEADLINE_MS} ms.`,
  );
  const known = isAborted ? timedOut : toHttpError(error);
  if (!known) onBug(error);
  const { status, body } =
    known ?? new HttpError(500, 'INTERNAL', 'The libSQL server has a bug; its log says which.');
  // What is left of the body is not read, so the connection can't be used again.
  if (!request.complete) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function reportBug(error: unknown): void {
  console.error(
    JSON.stringify({ event: 'libsql_bug', error: error instanceof Error ? error.stack : String(error) }),
  );
}
