import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { isAuthorized } from './check-token.ts';
import { encodeCursor } from './encode-cursor.ts';
import type { Faults } from './faults.ts';
import { cursorBodySchema, pipelineBodySchema } from './hrana-schema.ts';
import { HttpError } from './http-error.ts';
import { readJsonBody } from './read-json-body.ts';
import { runBatch } from './run-batch.ts';
import type { StreamResult } from './run-request.ts';
import { runRequest } from './run-request.ts';
import type { SqlStream } from './sql-stream.ts';
import type { StreamTable } from './stream-table.ts';

export interface CallDeps {
  streams: StreamTable;
  faults: Faults;
  authToken: string;
}

/** Serves one HTTP request. Throws `HttpError`, `HranaError` or `ConnectionCut`, or a bug. */
export async function answerCall(
  request: IncomingMessage,
  response: ServerResponse,
  deps: CallDeps,
  signal: AbortSignal,
): Promise<void> {
  const { faults } = deps;
  faults.beforeRequest();
  if (faults.delayMs > 0) await delay(faults.delayMs, undefined, { signal });
  const call = `${request.method} ${request.url}`;
  if (call === 'GET /health') return send(response, 'text/plain', 'ok');
  if (!isAuthorized(request.headers.authorization, deps.authToken)) {
    throw new HttpError(
      401,
      'AUTH_REJECTED',
      'The token is missing or wrong: send it as "authorization: Bearer …".',
    );
  }
  switch (call) {
    case 'GET /v2':
    case 'GET /v3':
      return send(response, 'text/plain', 'ok');
    case 'POST /v2/pipeline':
    case 'POST /v3/pipeline':
      return answerPipeline(request, response, deps, signal);
    case 'POST /v3/cursor':
      return answerCursor(request, response, deps, signal);
    default:
      throw new HttpError(
        404,
        'NOT_FOUND',
        `${call} is not served here: this server speaks Hrana 2 and 3 in JSON.`,
      );
  }
}

async function answerPipeline(
  request: IncomingMessage,
  response: ServerResponse,
  deps: CallDeps,
  signal: AbortSignal,
) {
  const body = await readJsonBody(request, pipelineBodySchema);
  await withStream(
    response,
    deps,
    body.baton,
    async (stream) => {
      const results: StreamResult[] = [];
      for (const each of body.requests)
        results.push(await runRequest(stream, each, signal, deps.faults.beforeStep));
      return (baton) =>
        send(response, 'application/json', JSON.stringify({ baton, base_url: null, results }));
    },
    signal,
  );
}

async function answerCursor(
  request: IncomingMessage,
  response: ServerResponse,
  deps: CallDeps,
  signal: AbortSignal,
) {
  const body = await readJsonBody(request, cursorBodySchema);
  await withStream(
    response,
    deps,
    body.baton,
    async (stream) => {
      const outcomes = await runBatch(stream, body.batch, signal, deps.faults.beforeStep);
      return (baton) => send(response, 'text/plain', encodeCursor(baton, outcomes));
    },
    signal,
  );
}

/** Runs `work` on the baton's stream. A stream whose client does not get the answer is closed: nobody has its baton. */
async function withStream(
  response: ServerResponse,
  { streams, faults }: CallDeps,
  baton: string | null | undefined,
  work: (stream: SqlStream) => Promise<(baton: string | null) => void>,
  signal: AbortSignal,
): Promise<void> {
  const stream = streams.take(baton);
  try {
    const answer = await work(stream);
    signal.throwIfAborted();
    faults.beforeAnswer();
    response.once('close', () => {
      if (!response.writableFinished) streams.drop(stream);
    });
    answer(streams.park(stream));
  } catch (error) {
    streams.drop(stream);
    throw error;
  }
}

function send(response: ServerResponse, contentType: string, body: string): void {
  response.writeHead(200, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
