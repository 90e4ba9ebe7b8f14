import { configOf, type RateLimits } from '../config.ts';
import { ProblemError } from '../http/problem.ts';
import type { AppContext, Route } from '../http/route.ts';
import { hasSessionCookie } from './browser-session.ts';
import { clientNetwork } from './client-address.ts';
import { sha256Hex } from './compare-hash.ts';
import type { Grant, TokenBuckets } from './token-buckets.ts';

type Limited = { buckets: TokenBuckets; limits: RateLimits; network: string; nowMs: number };

/**
 * Serves a request within three allowances a minute: of the credential it carries, of its network when it carries
 * none, and of its network's failed attempts to prove who it is, a kind of credential each.
 *
 * What GitHub signed is never refused for its number, and what is signed (webhooks, tickets) is looked at even after
 * failures, which anybody can cause who makes GitHub or a shared network send them.
 *
 * @throws ProblemError 429 with the seconds to wait
 */
export async function limitRequests(
  buckets: TokenBuckets,
  route: Pick<Route, 'access'>,
  c: AppContext,
  serve: () => Promise<Response>,
): Promise<Response> {
  const limited = limitedOf(buckets, c);
  const { limits, network, nowMs } = limited;
  const credential = credentialOf(c.req.raw);
  const failures = `failures:${route.access}:${network}`;
  const isSigned = route.access === 'signature' || route.access === 'ticket';
  if (!isSigned) mustBe(buckets.peek(failures, limits.failures, nowMs), FAILURES);
  if (route.access !== 'signature') await takeRequest(limited, credential);
  const noteFailure = (status: number) => {
    const tried = credential !== null || isSigned || route.access === 'public';
    if (status === 401 && tried) mustBe(buckets.take(failures, limits.failures, nowMs), FAILURES);
  };
  try {
    const response = await serve();
    // A page says in words that the key was wrong.
    noteFailure(response.status);
    return response;
  } catch (error) {
    if (error instanceof ProblemError) noteFailure(error.problem.status);
    throw error;
  }
}

/** Counts a request to an address that does not exist. @throws ProblemError 429 */
export function limitStranger(buckets: TokenBuckets, c: AppContext): void {
  takeStranger(limitedOf(buckets, c));
}

function limitedOf(buckets: TokenBuckets, c: AppContext): Limited {
  const { rateLimits: limits } = configOf(c.env);
  return { buckets, limits, network: clientNetwork(c.req.raw), nowMs: Date.now() };
}

async function takeRequest(limited: Limited, credential: string | null): Promise<void> {
  const { buckets, limits, nowMs } = limited;
  if (credential === null) return takeStranger(limited);
  if (limits.perKey === 0) return;
  // Only the hash stays in memory.
  mustBe(buckets.take(`key:${await sha256Hex(credential)}`, limits.perKey, nowMs), REQUESTS);
}

function takeStranger({ buckets, limits, network, nowMs }: Limited): void {
  mustBe(buckets.take(`network:${network}`, limits.perNetwork, nowMs), REQUESTS);
}

/** What a request shows to prove who it is; not yet believed. */
function credentialOf(request: Request): string | null {
  const cookie = request.headers.get('cookie');
  return request.headers.get('authorization') ?? (hasSessionCookie(cookie) ? cookie : null);
}

const REQUESTS = 'More requests than the limit allows came within a minute.';
const FAILURES = 'Too many attempts with wrong credentials came from this network within a minute.';

function mustBe(grant: Grant, detail: string): void {
  if (grant.status === 'granted') return;
  const { retryAfterS } = grant;
  throw new ProblemError(429, 'rate_limited', {
    title: 'Too many requests',
    detail,
    remedy: `Wait ${retryAfterS} s ("Retry-After"). The limits are settings of the Worker: RATE_LIMIT_PER_KEY, RATE_LIMIT_PER_NETWORK, RATE_LIMIT_FAILURES.`,
    retryAfterS,
  });
}
