import { useEffect, useState } from 'preact/hooks';

/** From here on there is room for the work beside the conversation. The styles have the same number. */
const WIDE = '(min-width: 68rem)';

export function useIsWide(): boolean {
  const [isWide, setIsWide] = useState(() => window.matchMedia(WIDE).matches);
  useEffect(() => {
    const query = window.matchMedia(WIDE);
    const onChange = (): void => setIsWide(query.matches);
    query.addEventListener('change', onChange);
    onChange();
    return () => query.removeEventListener('change', onChange);
  }, []);
  return isWide;
}
