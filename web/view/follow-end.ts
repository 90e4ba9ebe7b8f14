import { useLayoutEffect, useRef } from 'preact/hooks';

/** Within this distance from the end the reader is following, and new rows are scrolled into view. */
const FOLLOW_DISTANCE_PX = 120;

/** Before the list hears of it, which draws itself anew at once: that would put the page back to the end. */
const EARLY = { passive: true, capture: true } as const;

export type FollowEnd = {
  /** The page goes elsewhere, and shall stay there. */
  leave(): void;
  toEnd(): void;
};

/**
 * Keeps the end of the page in view while the reader is there. Only the reader's own scrolling upwards ends it: rows
 * that arrive, or turn out taller than was thought, move the end away without anybody having scrolled.
 *
 * @param startsAtEnd false when the address names a place to read from.
 * @param onChange whether the reader is at the end now
 */
export function useFollowEnd(startsAtEnd: boolean, onChange: (isAtEnd: boolean) => void): FollowEnd {
  const following = useRef(startsAtEnd);
  const lastTop = useRef(0);
  const told = useRef(onChange);
  told.current = onChange;
  const change = (isAtEnd: boolean): void => {
    if (following.current === isAtEnd) return;
    following.current = isAtEnd;
    told.current(isAtEnd);
  };
  useLayoutEffect(() => {
    const onScroll = () => {
      const page = document.documentElement;
      const isAtEnd = page.scrollHeight - page.scrollTop - page.clientHeight < FOLLOW_DISTANCE_PX;
      if (isAtEnd) change(true);
      else if (page.scrollTop < lastTop.current) change(false);
      lastTop.current = page.scrollTop;
    };
    window.addEventListener('scroll', onScroll, EARLY);
    return () => window.removeEventListener('scroll', onScroll, EARLY);
  }, []);
  useLayoutEffect(() => {
    if (following.current) window.scrollTo({ top: document.documentElement.scrollHeight });
  });
  return {
    leave: () => change(false),
    toEnd() {
      change(true);
      window.scrollTo({ top: document.documentElement.scrollHeight });
    },
  };
}
