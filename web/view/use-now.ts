import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

const SECOND_MS = 1_000;

/** One clock for all that count. */
const shared = signal(Date.now());
let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

function watch(): () => void {
  watchers += 1;
  if (watchers === 1) {
    shared.value = Date.now();
    timer = setInterval(() => {
      if (!document.hidden) shared.value = Date.now();
    }, SECOND_MS);
  }
  return () => {
    watchers -= 1;
    if (watchers === 0) clearInterval(timer);
  };
}

/** The time (ms since 1970), anew each second while something counts and somebody looks. */
export function useNow(isCounting: boolean): number {
  useEffect(() => (isCounting ? watch() : undefined), [isCounting]);
  if (!isCounting) return Date.now();
  const now = shared.value;
  // Nobody has counted until now: the clock stands.
  return watchers === 0 ? Date.now() : now;
}
