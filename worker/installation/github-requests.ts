import { fetchWithDeadline } from '../github/fetch-with-deadline.ts';
import type { MetricStore } from '../metrics/metric-store.ts';
import { count } from '../metrics/observation.ts';

/** Tokens are asked for here; every other request of an installation is made with one that is there already. */
const TOKEN_PATH = /\/app\/installations\/\d+\/access_tokens$/;

/** Makes requests to GitHub and counts what became of them. */
export class GitHubRequests {
  /** What GitHub's last answer to an installation said is left of the hour's requests; null before the first. */
  rateLimitLeft: number | null = null;
  readonly #counters: MetricStore;

  constructor(counters: MetricStore) {
    this.#counters = counters;
  }

  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const { pathname } = new URL(input instanceof Request ? input.url : String(input));
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
  };

  #note(status: string, asked: boolean): void {
    const cache = count('signalbox_cache_requests_total', ['installation_token', asked ? 'miss' : 'hit']);
    this.#counters.add([count('signalbox_github_requests_total', [status]), cache]);
  }

  #readLimit({ headers }: Response): void {
    const left = Number(headers.get('x-ratelimit-remaining') ?? Number.NaN);
    if (Number.isSafeInteger(left)) this.rateLimitLeft = left;
  }
}
