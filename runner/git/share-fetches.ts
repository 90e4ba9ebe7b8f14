import type { FetchDeps, FetchedRefs, FetchRequest } from './fetch-refs.ts';

type Waiting = {
  request: FetchRequest;
  getToken: FetchDeps['getToken'];
  resolve: (refs: FetchedRefs) => void;
  reject: (error: unknown) => void;
};

export type FetchOnce = (request: FetchRequest, getToken: FetchDeps['getToken']) => Promise<FetchedRefs>;

/** One request that asks for everything of several. Pinned commits stay apart: each may fail on its own. */
export function mergeRequests(requests: readonly FetchRequest[]): FetchRequest {
  const refs = new Set(requests.flatMap((request) => request.refs));
  const optionalRefs = new Set(requests.flatMap((request) => request.optionalRefs));
  return { refs: [...refs], optionalRefs: [...optionalRefs].filter((ref) => !refs.has(ref)) };
}

/**
 * Fetches of one repository: one at a time. Those that come while one runs wait and then share the next, so that
 * twenty sessions that start together cost two fetches. A fetch that runs already is not joined: it may have looked
 * at the server before the caller's branch moved.
 */
export class SharedFetches {
  #waiting: Waiting[] = [];
  #working = false;
  #fetchOnce: FetchOnce;

  constructor(fetchOnce: FetchOnce) {
    this.#fetchOnce = fetchOnce;
  }

  fetch(request: FetchRequest, getToken: FetchDeps['getToken']): Promise<FetchedRefs> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, getToken, resolve, reject });
      if (!this.#working) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#working = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const shared = batch.filter(({ request }) => request.commit === undefined);
      const alone = batch.filter(({ request }) => request.commit !== undefined);
      if (shared.length > 1 && (await this.#together(shared))) shared.length = 0;
      for (const waiting of [...shared, ...alone]) {
        await this.#fetchOnce(waiting.request, waiting.getToken).then(waiting.resolve, waiting.reject);
      }
    }
    this.#working = false;
  }

  /** False when the fetch failed: one caller's missing branch must not fail the others, so each then goes alone. */
  async #together(batch: readonly Waiting[]): Promise<boolean> {
    const last = batch[batch.length - 1];
    if (last === undefined) return true;
    try {
      const refs = await this.#fetchOnce(mergeRequests(batch.map(({ request }) => request)), last.getToken);
      for (const waiting of batch) waiting.resolve(refs);
      return true;
    } catch {
      return false;
    }
  }
}
