import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { authorizeCall } from './auth/authorize-call.ts';
import { type Caller, identifyCaller } from './auth/identify-caller.ts';
import { OPERATION_NEEDS } from './auth/operation-permissions.ts';
import type { Json } from './json.ts';
import type { Issue, Repository } from './model.ts';
import { checkUnwrittenRules } from './openapi/check-unwritten-rules.ts';
import { type MatchedOperation, matchOperation } from './openapi/match-operation.ts';
import { checkAnswer, checkRequest } from './openapi/validate-messages.ts';
import { invalidRequest, notFound, Refusal, secondaryRateLimit } from './refusal.ts';
import { withRenderedBody } from './render/render-body.ts';
import type { RequestLog, RequestRecord } from './request-log.ts';
import { ALL_ROUTES } from './routes/all-routes.ts';
import { findComment } from './routes/comment-routes.ts';
import type { RestAnswer } from './routes/rest-call.ts';
import type { SecondaryLimit } from './secondary-limit.ts';
import { findRepository, type World } from './world.ts';

/** GitHub takes bodies of a few megabytes at most. */
const MAX_REQUEST_BYTES = 10_000_000;
const HOURLY_LIMIT = '5000';

export type RestDeps = { world: World; log: RequestLog; limit: SecondaryLimit | undefined };

type Exchange = { request: IncomingMessage; url: URL; record: RequestRecord };

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_REQUEST_BYTES) throw new Refusal(413, 'Payload too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'Problems parsing JSON');
  }
}

/** The issue or pull request that a call is about, which decides the permission it needs. */
function issueInCall(repository: Repository | undefined, params: Record<string, string>): Issue | undefined {
  if (params.issue_number !== undefined) return repository?.issues.get(Number(params.issue_number));
  if (params.comment_id !== undefined && repository)
    return findComment(repository, Number(params.comment_id))?.issue;
  return undefined;
}

const isContent = (match: MatchedOperation): boolean =>
  match.operation.method !== 'GET' && match.operation.path.startsWith('/repos/');

/** Notes what a request breaks; throws GitHub's refusal for what GitHub would not take. */
function judgeRequest(
  deps: RestDeps,
  exchange: Exchange,
  match: MatchedOperation | undefined,
  text: string,
): unknown {
  const { request, url, record } = exchange;
  const note = (problem: string) => noteViolation(deps.log, record, 'request', problem);
  if (!match) {
    note('GitHub has no such operation, or the double does not serve it');
    throw notFound();
  }
  if (request.headers.accept === undefined) note('the Accept header is missing');
  if (request.headers['user-agent'] === undefined) {
    note('the User-Agent header is missing');
    throw new Refusal(
      403,
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
    );
  }
  let body: unknown;
  try {
    body = parseJson(text);
  } catch (error) {
    note('the body is not JSON');
    throw error;
  }
  const { refused, ignored } = checkRequest(match, url.searchParams, body);
  const broken = [...refused, ...checkUnwrittenRules(match.id, body)];
  for (const problem of [...broken, ...ignored]) note(problem);
  if (broken.length > 0) throw invalidRequest(broken.join('\n'));
  return body;
}

export function noteViolation(
  log: RequestLog,
  { method, path, operationId }: RequestRecord,
  side: 'request' | 'answer',
  problem: string,
): void {
  log.violations.push({ method, path, operationId, side, problem });
}

async function answerCall(
  deps: RestDeps,
  exchange: Exchange,
  match: MatchedOperation | undefined,
): Promise<RestAnswer> {
  const { world } = deps;
  const { request, url } = exchange;
  const text = await readBody(request);
  let caller: Caller | Refusal;
  try {
    caller = identifyCaller(world, request.headers.authorization);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    caller = error;
  }
  // A malformed call is noted even when its credential is refused first, as GitHub does.
  let body: unknown;
  let broken: unknown;
  try {
    body = judgeRequest(deps, exchange, match, text);
  } catch (error) {
    broken = error;
  }
  if (caller instanceof Refusal) throw caller;
  if (!match) throw broken;
  const { owner, repo } = match.params;
  const repository = owner && repo ? findRepository(world, owner, repo) : undefined;
  authorizeCall(caller, OPERATION_NEEDS[match.id], repository, issueInCall(repository, match.params));
  if (broken !== undefined) throw broken;
  const wait = isContent(match) ? deps.limit?.count(world.now()) : undefined;
  if (wait !== undefined) throw secondaryRateLimit(wait);
  const accept = request.headers.accept ?? '';
  return ALL_ROUTES[match.id]({ world, caller, url, params: match.params, body, accept, repository });
}

type Wire = { status: number; body: Json | undefined; text: string; headers: Record<string, string> };

function toWire(answer: RestAnswer): Wire {
  switch (answer.kind) {
    case 'json':
      return {
        status: answer.status,
        body: answer.body,
        text: JSON.stringify(answer.body),
        headers: { 'content-type': 'application/json; charset=utf-8', ...answer.headers },
      };
    case 'text':
      return {
        status: answer.status,
        body: undefined,
        text: answer.text,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      };
    case 'empty':
      return { status: answer.status, body: undefined, text: '', headers: answer.headers ?? {} };
  }
}

const refusalToAnswer = (refusal: Refusal): RestAnswer => ({
  kind: 'json',
  status: refusal.status,
  body: refusal.body,
  headers: refusal.headers,
});

export function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  const { status, text, headers } = toWire(refusalToAnswer(refusal));
  response.writeHead(status, headers).end(text);
}

/** Serves one REST call: checks it against GitHub's description, does it, and checks the answer. */
export async function serveRest(
  deps: RestDeps,
  exchange: Exchange,
  response: ServerResponse,
  loseAnswer: boolean,
): Promise<void> {
  const { record, url } = exchange;
  const match = matchOperation(record.method, url.pathname);
  record.operationId = match?.id;
  let answer: RestAnswer;
  const isRead = record.method === 'GET';
  const tooMuch = deps.limit?.begin(deps.world.now(), isRead);
  try {
    if (tooMuch !== undefined) throw secondaryRateLimit(tooMuch.waitSeconds, tooMuch.status);
    answer = await answerCall(deps, exchange, match);
    if (answer.kind === 'json') {
      const accept = exchange.request.headers.accept ?? '';
      answer = { ...answer, body: withRenderedBody(deps.world, accept, answer.body) };
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    answer = refusalToAnswer(error);
  } finally {
    deps.limit?.end();
  }
  const { status, body, text, headers } = toWire(answer);
  if (match && answer.kind !== 'text') {
    for (const problem of checkAnswer(match, status, body))
      noteViolation(deps.log, record, 'answer', problem);
  }
  if (loseAnswer) {
    exchange.request.socket.destroy();
    return;
  }
  const etag = isRead && status === 200 ? etagOf(text) : undefined;
  const isKnown = etag !== undefined && exchange.request.headers['if-none-match'] === etag;
  response.writeHead(isKnown ? 304 : status, {
    ...(isKnown ? {} : headers),
    ...(etag === undefined ? {} : { etag }),
    'x-github-media-type': 'github.v3; format=json',
    'x-ratelimit-limit': HOURLY_LIMIT,
    'x-ratelimit-remaining': HOURLY_LIMIT,
    'x-ratelimit-reset': String(Math.floor(deps.world.now() / 1000) + 3_600),
    date: new Date(deps.world.now()).toUTCString(),
  });
  response.end(isKnown ? undefined : text);
}

/** Names an answer by its content, so that whoever has it is told so. */
const etagOf = (text: string): string => `"${createHash('sha256').update(text).digest('hex')}"`;
