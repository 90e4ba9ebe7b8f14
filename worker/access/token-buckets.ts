/** Above any number of addresses and keys that are busy within a minute; then the longest idle ones are forgotten. */
const MAX_BUCKETS = 20_000;

const MINUTE_MS = 60_000;

type Bucket = { tokens: number; atMs: number };

export type Grant = { status: 'granted' } | { status: 'refused'; retryAfterS: number };

/**
 * Token buckets by name: each holds one minute's allowance and fills evenly. They live in the isolate's memory: a
 * question costs no round trip, and a deployment of many isolates allows as much in each.
 */
export class TokenBuckets {
  /** In the order of their last use. */
  readonly #buckets = new Map<string, Bucket>();

  /** Takes one token. An allowance of 0 means that there is no limit. */
  take(name: string, perMinute: number, nowMs: number): Grant {
    const grant = this.peek(name, perMinute, nowMs);
    if (perMinute === 0 || grant.status === 'refused') return grant;
    const tokens = this.#tokens(name, perMinute, nowMs) - 1;
    this.#buckets.delete(name);
    this.#buckets.set(name, { tokens, atMs: nowMs });
    if (this.#buckets.size > MAX_BUCKETS) this.#forgetOldest();
    return grant;
  }

  /** Whether a token is there, without taking it. */
  peek(name: string, perMinute: number, nowMs: number): Grant {
    if (perMinute === 0) return { status: 'granted' };
    const missing = 1 - this.#tokens(name, perMinute, nowMs);
    if (missing <= 0) return { status: 'granted' };
    const waitMs = (missing * MINUTE_MS) / perMinute;
    return { status: 'refused', retryAfterS: Math.max(1, Math.ceil(waitMs / 1_000)) };
  }

  #tokens(name: string, perMinute: number, nowMs: number): number {
    const known = this.#buckets.get(name);
    if (known === undefined) return perMinute;
    const filled = (Math.max(0, nowMs - known.atMs) * perMinute) / MINUTE_MS;
    return Math.min(perMinute, known.tokens + filled);
  }

  #forgetOldest(): void {
    const oldest = this.#buckets.keys().next();
    if (oldest.done !== true) this.#buckets.delete(oldest.value);
  }
}
