import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { WatchedSession } from '../model/watch-session.ts';
import { useFollowEnd } from './follow-end.ts';
import { TimelineRowView } from './timeline-row.tsx';
import { useWindowVirtualizer } from './use-window-virtualizer.ts';

/** About the height of a row that is one line, which most are. */
const ESTIMATED_ROW_PX = 34;

type Props = {
  model: Pick<WatchedSession, 'timeline'>;
  /** Where the images of messages are; null where they are not shown. */
  imagesAt?: string | null;
};

/** What happened, oldest first. A log of 100,000 events has as many rows in the document as the window shows. */
export function Timeline({ model, imagesAt = null }: Props) {
  const { rows } = model.timeline.value;
  const list = useRef<HTMLOListElement>(null);
  const [topPx, setTopPx] = useState(0);
  const [linked] = useState(() => eventOfHash(window.location.hash));
  const keyOf = useCallback((index: number) => rows[index]?.id ?? index, [rows]);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimatePx: ESTIMATED_ROW_PX,
    keyOf,
    topPx,
  });
  useLayoutEffect(() => {
    // The header above grows and shrinks with its tasks.
    if (list.current !== null) setTopPx(list.current.getBoundingClientRect().top + window.scrollY);
  });
  useFollowEnd(linked === null);
  const shownLink = useRef(false);
  // What the reader unfolded stays so while the row is out of the window and out of the document.
  const [unfolded] = useState(() => new Set<number>());
  useLayoutEffect(() => {
    if (linked === null || shownLink.current) return;
    const index = rows.findLastIndex(({ id }) => id <= linked);
    if ((rows[rows.length - 1]?.id ?? 0) < linked) return;
    shownLink.current = true;
    virtualizer.scrollToIndex(Math.max(0, index), { align: 'center' });
  });
  return (
    <ol
      class="timeline"
      aria-label="What happened"
      ref={list}
      style={{ height: `${virtualizer.getTotalSize()}px` }}
    >
      {virtualizer.getVirtualItems().map(({ index, key, start }) => {
        const row = rows[index];
        return (
          row !== undefined && (
            <li
              key={key}
              id={`event-${row.id}`}
              class={row.id === linked ? 'linked' : undefined}
              data-index={index}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              ref={virtualizer.measureElement}
              style={{ transform: `translateY(${start - topPx}px)` }}
            >
              <TimelineRowView row={row} unfolded={unfolded} imagesAt={imagesAt} />
            </li>
          )
        );
      })}
    </ol>
  );
}

/** The event that an address such as `/sessions/…#event-12` names. */
function eventOfHash(hash: string): number | null {
  const match = /^#event-(\d{1,9})$/.exec(hash);
  return match === null ? null : Number(match[1]);
}
