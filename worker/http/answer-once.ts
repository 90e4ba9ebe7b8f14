import type { AccountKey } from '../../protocol/ids.ts';
import type { Caller } from '../access/caller.ts';
import { accountOf } from '../account/account-of.ts';
import type { KeptAnswer } from '../account/answers/answer-desk.ts';
import { configOf } from '../config.ts';
import { actorOf } from './audited.ts';
import { ProblemError } from './problem.ts';
import { readIdempotencyKey } from './read-input.ts';
import type { AppContext } from './route.ts';

/** Longer answers are not kept; asked again, the handler itself finds what it did. */
const MAX_KEPT_CHARS = 200_000;

/** Tells an answer that was given before from a fresh one. */
const REPLAYED_HEADER = 'idempotent-replayed';

/**
 * Answers a request with an `Idempotency-Key` once: the same request with the same key gets the same answer for a day,
 * and is not done again. Keys are the caller's own. A request that was refused did nothing and may be sent again.
 *
 * @throws ProblemError when the key belongs to another request, or to one that is not answered yet
 */
export async function answerOnce(
  c: AppContext,
  caller: Caller,
  input: unknown,
  answer: () => Response | Promise<Response>,
): Promise<Response> {
  const key = readIdempotencyKey(c);
  if (key === null) return answer();
  const { answers } = accountOf(c.env, homeOf(c, caller));
  const { kind, id, name } = actorOf(caller);
  const keptAs = await digest([kind, id ?? name, key]);
  const fingerprint = await digest([c.req.method, c.req.path, input]);
  const verdict = await answers.begin(keptAs, fingerprint);
  switch (verdict.status) {
    case 'other_request':
      throw otherRequestProblem();
    case 'running':
      throw runningProblem();
    case 'answered':
      return responseOf(verdict.answer);
    case 'new':
      break;
  }
  try {
    const response = await answer();
    await answers.finish(keptAs, await keptOf(response));
    return response;
  } catch (error) {
    await answers.finish(keptAs, null);
    throw error;
  }
}

/** Where a caller's answers are kept: always the same place for the same caller. */
function homeOf(c: AppContext, { reach }: Caller): AccountKey {
  const { defaultAccount } = configOf(c.env);
  if (reach.kind === 'deployment') return defaultAccount;
  return reach.accounts.map(({ account }) => account).sort()[0] ?? defaultAccount;
}

async function digest(parts: readonly unknown[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(parts));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function keptOf(response: Response): Promise<KeptAnswer | null> {
  if (!response.ok || response.webSocket) return null;
  const body = await response.clone().text();
  const contentType = response.headers.get('content-type') ?? 'application/json';
  return body.length > MAX_KEPT_CHARS ? null : { status: response.status, contentType, body };
}

function responseOf({ status, contentType, body }: KeptAnswer): Response {
  const headers = { 'content-type': contentType, 'cache-control': 'no-store', [REPLAYED_HEADER]: 'true' };
  return new Response(body, { status, headers });
}

function otherRequestProblem(): ProblemError {
  return new ProblemError(422, 'idempotency_key_reused', {
    title: 'The Idempotency-Key belongs to another request',
    detail: 'A request with this key and another address or body was answered within the last day.',
    remedy: 'Use a new key for each thing that you want done, and the same one only to try it again.',
  });
}

function runningProblem(): ProblemError {
  return new ProblemError(409, 'idempotency_key_in_use', {
    title: 'The first request is not answered yet',
    detail: 'A request with this Idempotency-Key is being worked on.',
    remedy: 'Send it again in a moment; it gets the answer of the first one.',
    retryAfterS: 1,
  });
}
