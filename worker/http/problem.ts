import type { z } from 'zod';
import type { Problem } from '../../protocol/problem.ts';
import type { RefusalCode, Refused } from '../contracts.ts';
import { PROBLEMS, type ProblemCode, type StatusOf } from './problem-catalogue.ts';

/** Names a problem without promising a page: the document itself says what to do. */
const TYPE_PREFIX = 'urn:signalbox:problem';

/**
 * A request that can't be served, as RFC 9457 says it. Thrown by handlers, written by the app's error handler. Its code
 * is one of `problem-catalogue.ts`.
 */
export class ProblemError extends Error {
  override name = 'ProblemError';
  readonly problem: Problem;
  /** `Retry-After`: when it makes sense to come back, where that is known. */
  readonly retryAfterS: number | null;
  /** `Allow`: the methods that an address knows. */
  readonly allow: string | null;

  constructor(
    status: StatusOf<ProblemCode>,
    code: ProblemCode,
    text: {
      /** The catalogue's when left out; so is `remedy`. */
      title?: string;
      detail: string;
      remedy?: string;
      errors?: Problem['errors'];
      retryAfterS?: number;
      allow?: string;
    },
    options?: ErrorOptions,
  ) {
    const { retryAfterS = null, allow = null, ...shown } = text;
    const { title, remedy } = PROBLEMS[code];
    super(`${text.title ?? title}: ${text.detail}`, options);
    this.problem = { type: `${TYPE_PREFIX}:${code}`, status, code, title, remedy, ...shown };
    this.retryAfterS = retryAfterS ?? (status === 503 || status === 429 ? DEFAULT_RETRY_AFTER_S : null);
    this.allow = allow;
  }
}

/** An outage or a full queue rarely ends sooner. */
const DEFAULT_RETRY_AFTER_S = 5;

/** The problem as a response. */
export function problemResponse({ problem, retryAfterS, allow }: ProblemError): Response {
  const headers = new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  if (problem.status === 401) headers.set('www-authenticate', 'Bearer');
  if (retryAfterS !== null) headers.set('retry-after', String(retryAfterS));
  if (allow !== null) headers.set('allow', allow);
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}

const STATUS_OF_REFUSAL: { [C in RefusalCode]: StatusOf<C> } = {
  not_found: 404,
  conflict: 409,
  not_allowed: 409,
  fenced: 409,
  unauthorized: 401,
  queue_full: 429,
  invalid: 422,
};

/** A Durable Object's refusal as a problem. */
export function refusalProblem(refused: Refused): ProblemError {
  return new ProblemError(STATUS_OF_REFUSAL[refused.code], refused.code, {
    detail: refused.message,
    remedy: refused.remedy,
  });
}

export function notFoundProblem(what: string): ProblemError {
  return new ProblemError(404, 'not_found', {
    title: 'Not found',
    detail: `There is no ${what}.`,
    remedy: 'Check the address; lists such as GET /api/sessions show what there is.',
  });
}

export function methodProblem(method: string, allow: string): ProblemError {
  return new ProblemError(405, 'method_not_allowed', {
    title: 'Method not allowed',
    detail: `The address does not take ${method} in this way.`,
    remedy: `Use ${allow}; docs/api.md lists what each address takes.`,
    allow,
  });
}

/** Every mistake of an input, with its path. */
export function invalidProblem(where: 'body' | 'query' | 'header', error: z.ZodError): ProblemError {
  return new ProblemError(where === 'body' ? 422 : 400, `invalid_${where}`, {
    title: `The request's ${where} is not valid`,
    detail: `${error.issues.length} mistake(s) in the ${where}; "errors" names each with its path.`,
    remedy: 'Correct the named fields and send the request again.',
    errors: error.issues.map(({ path, message }) => ({ path: path.join('.') || '(whole)', message })),
  });
}

export function unauthorizedProblem(detail: string, remedy: string): ProblemError {
  return new ProblemError(401, 'unauthorized', { title: 'Not authorized', detail, remedy });
}

export function forbiddenProblem(detail: string, remedy: string): ProblemError {
  return new ProblemError(403, 'forbidden', { title: 'Forbidden', detail, remedy });
}
