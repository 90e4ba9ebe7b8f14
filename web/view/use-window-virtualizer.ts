import {
  observeWindowOffset,
  observeWindowRect,
  Virtualizer,
  type VirtualizerOptions,
  windowScroll,
} from '@tanstack/virtual-core';
import { useLayoutEffect, useReducer, useState } from 'preact/hooks';

/** Rows kept beyond each edge of the window, so that a flick of the wheel shows no empty space. */
const OVERSCAN_ROWS = 15;

/** What lies over the list at the window's edges: a row that is gone to must not be below it. In CSS pixels. */
const COVERED_ABOVE_PX = 60;
const COVERED_BELOW_PX = 260;

export type WindowList = {
  count: number;
  /** Height of a row that was not shown yet, in CSS pixels. */
  estimatePx: number;
  keyOf: (index: number) => number;
  /** Distance of the list's top from the page's, in CSS pixels. */
  topPx: number;
};

/** Keeps only those rows of a long list in the document that the window shows; the page scrolls, not the list. */
export function useWindowVirtualizer({ count, estimatePx, keyOf, topPx }: WindowList) {
  const [, redraw] = useReducer((turn: number, _: undefined) => turn + 1, 0);
  const options: VirtualizerOptions<Window, HTMLLIElement> = {
    count,
    estimateSize: () => estimatePx,
    getItemKey: keyOf,
    scrollMargin: topPx,
    overscan: OVERSCAN_ROWS,
    scrollPaddingStart: COVERED_ABOVE_PX,
    scrollPaddingEnd: COVERED_BELOW_PX,
    getScrollElement: () => window,
    initialOffset: () => window.scrollY,
    initialRect: { width: window.innerWidth, height: window.innerHeight },
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    onChange: () => redraw(undefined),
  };
  const [virtualizer] = useState(() => new Virtualizer(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  return virtualizer;
}
