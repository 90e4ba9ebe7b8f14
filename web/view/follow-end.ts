import { useLayoutEffect, useRef } from 'preact/hooks';

/** Within this distance from the end the reader is following, and new rows are scrolled into view. */
const FOLLOW_DISTANCE_PX = 120;

/**
 * Keeps the end of the page in view while the reader is there. Only the reader's own scrolling upwards ends it: rows
 * that arrive, or turn out taller than was thought, move the end away without anybody having scrolled.
 *
 * @param startsAtEnd false when the address names a place to read from.
 */
export function useFollowEnd(startsAtEnd: boolean): void {
  const following = useRef(startsAtEnd);
  const lastTop = useRef(0);
  useLayoutEffect(() => {
    const onScroll = () => {
      const page = document.documentElement;
      const isAtEnd = page.scrollHeight - page.scrollTop - page.clientHeight < FOLLOW_DISTANCE_PX;
      if (isAtEnd) following.current = true;
      else if (page.scrollTop < lastTop.current) following.current = false;
      lastTop.current = page.scrollTop;
    };
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => window.removeEventListener('scroll', onScroll);
  }, []);
  useLayoutEffect(() => {
    if (following.current) window.scrollTo({ top: document.documentElement.scrollHeight });
  });
}
