import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { credentialIn, kindOf } from './auth/identify-caller.ts';
import type { Fault, Faults } from './faults.ts';
import { matchGitRoute } from './git/serve-git-http.ts';
import { isLog, serveLog } from './job-logs.ts';
import { Refusal, secondaryRateLimit } from './refusal.ts';
import type { RequestLog, RequestRecord } from './request-log.ts';
import type { SecondaryLimit } from './secondary-limit.ts';
import { serveGit } from './serve-git.ts';
import { isGraphql, serveGraphql } from './serve-graphql.ts';
import { isManifestPage, serveManifest } from './serve-manifest.ts';
import { isOAuth, serveOAuth } from './serve-oauth.ts';
import { renderPage } from './serve-page.ts';
import { noteViolation, sendRefusal, serveRest } from './serve-rest.ts';
import { isImage, serveImage } from './user-images.ts';
import type { World } from './world.ts';

/** Longer than any client keeps an idle connection, so that none is closed under a request. */
const KEEP_ALIVE_MS = 120_000;
const DEFAULT_RETRY_AFTER_SECONDS = 60;

export type ServerDeps = {
  getWorld: () => World;
  log: RequestLog;
  faults: Faults;
  limit: SecondaryLimit | undefined;
  latencyMs: number;
  /** Reports a bug of the double's own. */
  reportBug: (error: unknown) => void;
};

function openRecord(
  deps: ServerDeps,
  request: IncomingMessage,
  response: ServerResponse,
  now: () => number,
): RequestRecord {
  const record: RequestRecord = {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    operationId: undefined,
    tokenKind: kindOf(credentialIn(request.headers.authorization)),
    at: now(),
    status: null,
    durationMs: null,
  };
  deps.log.requests.push(record);
  response.once('close', () => {
    record.status = response.headersSent ? response.statusCode : null;
    record.durationMs = now() - record.at;
    deps.log.changes.emit('change');
  });
  return record;
}

/** What a fault does instead of the request; `undefined` when the request is served all the same. */
function answerFault(
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
): 'answered' | undefined {
  switch (fault.kind) {
    case '500':
    case '502':
      request.resume();
      sendRefusal(
        response,
        new Refusal(Number(fault.kind), fault.kind === '500' ? 'Server Error' : 'Bad Gateway'),
      );
      return 'answered';
    case 'forbidden':
      request.resume();
      sendRefusal(response, new Refusal(403, 'Resource not accessible by integration'));
      return 'answered';
    case 'secondary-rate-limit':
      request.resume();
      sendRefusal(response, secondaryRateLimit(fault.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_SECONDS));
      return 'answered';
    case 'hang':
      request.resume();
      return 'answered';
    case 'answer-lost':
    case 'delay':
      return undefined;
  }
}

async function handle(deps: ServerDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const world = deps.getWorld();
  const url = new URL(request.url ?? '/', world.baseUrl);
  const record = openRecord(deps, request, response, world.now);
  const fault = deps.faults.take(record.method, record.path);
  const waitMs = deps.latencyMs + (fault?.kind === 'delay' ? (fault.delayMs ?? 0) : 0);
  if (waitMs > 0) await delay(waitMs);
  if (fault && answerFault(fault, request, response)) return;
  const loseAnswer = fault?.kind === 'answer-lost';
  const route = matchGitRoute(url);
  if (route) return serveGit(world, { request, url, route }, response, loseAnswer);
  if (isOAuth(url)) return serveOAuth(world, deps.log, { request, url, record }, response);
  if (isManifestPage(url)) return serveManifest(world, deps.log, { request, url, record }, response);
  if (isGraphql(url)) return serveGraphql(world, deps.log, { request, url, record }, response);
  if (isImage(url)) {
    const problem = serveImage(world, { request, url }, response);
    if (problem !== null) noteViolation(deps.log, record, 'request', problem);
    return;
  }
  if (isLog(url)) {
    const problem = serveLog(world, { request, url }, response);
    if (problem !== null) noteViolation(deps.log, record, 'request', problem);
    return;
  }
  const page =
    record.method === 'GET' && request.headers.accept?.includes('text/html')
      ? await renderPage(world, url.pathname)
      : undefined;
  if (page !== undefined) {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    return;
  }
  return serveRest(
    { world, log: deps.log, limit: deps.limit },
    { request, url, record },
    response,
    loseAnswer,
  );
}

/** The one HTTP server of the double: REST, git and pages. A bug in it is a violation and a 500. */
export function createHttpServer(deps: ServerDeps): Server {
  const server = createServer((request, response) => {
    handle(deps, request, response).catch((error: unknown) => {
      deps.reportBug(error);
      const record = deps.log.requests.findLast(({ path }) => path === request.url);
      if (record) noteViolation(deps.log, record, 'answer', `the double failed: ${String(error)}`);
      if (response.headersSent) response.destroy();
      else sendRefusal(response, new Refusal(500, 'Server Error'));
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}
