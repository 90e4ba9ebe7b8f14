import { type Signal, signal } from '@preact/signals';

/** Short enough that nobody reloads the page meanwhile. */
const TRY_AGAIN_MS = 3_000;
const PROBE_DEADLINE_MS = 5_000;

export type Reachability = {
  /** False from a request that got no answer until one gets through. */
  isReachable: Signal<boolean>;
  /** The same `fetch`, watched. */
  fetch: typeof fetch;
};

/** Notices when the control plane can't be reached, and when it can again, without anything to be pressed. */
export function watchReachability(fetchFn: typeof fetch, window: Window): Reachability {
  const isReachable = signal(true);
  let timer: ReturnType<typeof setTimeout> | undefined;

  function mended(): void {
    clearTimeout(timer);
    timer = undefined;
    isReachable.value = true;
  }

  function lost(): void {
    isReachable.value = false;
    timer ??= setTimeout(() => void probe(), TRY_AGAIN_MS);
  }

  async function probe(): Promise<void> {
    // The browser may say that it is online while the next try waits: there is one line of tries.
    clearTimeout(timer);
    timer = undefined;
    try {
      const response = await fetchFn('/healthz', { signal: AbortSignal.timeout(PROBE_DEADLINE_MS) });
      if (response.ok) mended();
      else lost();
    } catch {
      lost();
    }
  }

  window.addEventListener('offline', lost);
  window.addEventListener('online', () => void probe());
  return {
    isReachable,
    async fetch(input, init) {
      try {
        const response = await fetchFn(input, init);
        mended();
        return response;
      } catch (cause) {
        // Taken back by the page itself.
        const isTakenBack = cause instanceof DOMException && cause.name === 'AbortError';
        if (!isTakenBack) lost();
        throw cause;
      }
    },
  };
}
