import { fetchWithDeadline } from '../github/fetch-with-deadline.ts';
import type { MetricStore } from '../metrics/metric-store.ts';
import { count } from '../metrics/observation.ts';
import { pauseAsked, waitAnswer } from './judge-limit.ts';
import { KnownAnswers } from './known-answers.ts';
import { type WritePace, waitBeforeWrite } from './pace-writes.ts';
import type { WriteTimes } from './write-times.ts';

/** Tokens are asked for here; every other request of an installation is made with one that is there already. */
const TOKEN_PATH = /\/app\/installations\/\d+\/access_tokens$/;

/** Requests of these paths are made with an installation's token, and count towards its limits. */
const LIMITED_PATH = /\/repos\/|\/graphql$/;

/** Shorter waits are waited for; who would wait longer is told to come again. */
export const MAX_WAIT_IN_PLACE_MS = 3_000;

export type RequestDeps = {
  counters: MetricStore;
  writes: WriteTimes;
  pace: WritePace;
  /** Whoever owns the objects' time. */
  now: () => number;
  sleep: (ms: number) => Promise<void>;
};

/**
 * Makes requests to GitHub and counts what became of them. Reads that were made before ask whether their answer still
 * holds; writes keep their pace; and while GitHub asks for silence nothing is sent for a repository.
 */
export class GitHubRequests {
  /** What GitHub's last answer to an installation said is left of the hour's requests; null before the first. */
  rateLimitLeft: number | null = null;
  readonly #deps: RequestDeps;
  readonly #known = new KnownAnswers();
  #pausedUntilMs = 0;

  constructor(deps: RequestDeps) {
    this.#deps = deps;
  }

  readonly fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const { pathname } = new URL(input instanceof Request ? input.url : String(input));
    const isLimited = LIMITED_PATH.test(pathname);
    const method = (init.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase();
    const isWrite = method !== 'GET' && !isQuery(pathname, init.body);
    if (isLimited) {
      const waitMs = isWrite ? this.waitBeforeWrite(true) : this.#pausedMs();
      if (waitMs > MAX_WAIT_IN_PLACE_MS) return waitAnswer(waitMs);
      if (waitMs > 0) await this.#deps.sleep(waitMs);
      if (isWrite) this.#deps.writes.note(this.#deps.now());
    }
    return isLimited && method === 'GET' && !(input instanceof Request)
      ? this.#read(String(input), init)
      : this.#send(input, init, pathname);
  };

  /** How long a write has to wait now; one that nobody waits for leaves room for others. */
  waitBeforeWrite(hurried: boolean): number {
    const nowMs = this.#deps.now();
    const { writes, pace } = this.#deps;
    return Math.max(this.#pausedMs(), waitBeforeWrite(writes.recent(nowMs), nowMs, hurried, pace));
  }

  #pausedMs(): number {
    return Math.max(0, this.#pausedUntilMs - this.#deps.now());
  }

  /** Once more, if that was read before; who asks whether something holds is answered by GitHub itself. */
  async #read(url: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (headers.has('if-none-match')) return this.#send(url, init, url);
    // What the answer looks like depends on it.
    const key = `${headers.get('accept') ?? ''} ${url}`;
    const etag = this.#known.etagOf(key);
    if (etag !== null) headers.set('if-none-match', etag);
    const response = await this.#send(url, { ...init, headers }, url);
    this.#countRead(response.status === 304 ? 'hit' : 'miss');
    if (response.status === 304) return this.#known.answer(key) ?? response;
    const fresh = response.headers.get('etag');
    if (response.status !== 200 || fresh === null) return response;
    const text = await response.text();
    this.#known.keep(key, fresh, text, response.headers);
    return new Response(new Blob([text]).stream(), response);
  }

  async #send(input: RequestInfo | URL, init: RequestInit, pathname: string): Promise<Response> {
    const asked = TOKEN_PATH.test(pathname);
    try {
      const response = await fetchWithDeadline(input, init);
      this.#note(String(response.status), asked);
      this.#readLimit(response);
      return response;
    } catch (error) {
      this.#note('none', asked);
      throw error;
    }
  }

  #note(status: string, asked: boolean): void {
    const cache = count('signalbox_cache_requests_total', ['installation_token', asked ? 'miss' : 'hit']);
    this.#deps.counters.add([count('signalbox_github_requests_total', [status]), cache]);
  }

  #countRead(result: 'hit' | 'miss'): void {
    this.#deps.counters.add([count('signalbox_cache_requests_total', ['github_read', result])]);
  }

  #readLimit(response: Response): void {
    const left = Number(response.headers.get('x-ratelimit-remaining') ?? Number.NaN);
    if (Number.isSafeInteger(left)) this.rateLimitLeft = left;
    const nowMs = this.#deps.now();
    const pauseMs = pauseAsked(response, nowMs);
    if (pauseMs !== null) this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + pauseMs);
  }
}

/** What GraphQL is asked comes as a POST too. Quotes within a text are escaped: only a query itself looks like one. */
function isQuery(pathname: string, body: RequestInit['body']): boolean {
  return pathname.endsWith('/graphql') && typeof body === 'string' && /"query":"\s*query\b/.test(body);
}
