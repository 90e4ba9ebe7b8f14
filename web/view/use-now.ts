import { useEffect, useState } from 'preact/hooks';

const SECOND_MS = 1_000;

/** The time (ms since 1970), anew each second while something counts and somebody looks. */
export function useNow(isCounting: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isCounting) return;
    const timer = setInterval(() => {
      if (!document.hidden) setNow(Date.now());
    }, SECOND_MS);
    return () => clearInterval(timer);
  }, [isCounting]);
  return now;
}
