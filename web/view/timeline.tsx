import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Reading, unfoldedAgents } from '../model/reading.ts';
import { shownRows, type TimelineRow } from '../model/timeline.ts';
import { type FollowEnd, useFollowEnd } from './follow-end.ts';
import { markFound } from './mark-found.ts';
import { ReadingBar } from './reading-bar.tsx';
import { RowActions } from './row-actions.tsx';
import { TimelineRowView } from './timeline-row.tsx';
import { useReadingKeys } from './use-reading-keys.ts';
import { useWindowVirtualizer } from './use-window-virtualizer.ts';

/** About the height of a row that is one line, which most are. */
const ESTIMATED_ROW_PX = 34;

type Props = {
  reading: Reading;
  /** Where the images of messages are; null where they are not shown. */
  imagesAt?: string | null;
};

/** What happened, oldest first. A log of 100,000 events has as many rows in the document as the window shows. */
export function Timeline({ reading, imagesAt = null }: Props) {
  const timeline = reading.timeline.value;
  const unfolded = reading.unfolded.value;
  // The list grows in place: only a new timeline says that it has.
  const rows = useMemo(() => shownRows(timeline.rows, unfoldedAgents(unfolded)), [timeline, unfolded]);
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
  const end = useFollowEnd(linked === null && reading.target.value === null, reading.follow);
  useLink(reading, linked);
  useTarget({ reading, end, rows, scrollToIndex: virtualizer.scrollToIndex });
  useReadingKeys(reading);
  const query = reading.query.value;
  useLayoutEffect(() => markFound(list.current, query));
  useLayoutEffect(() => () => markFound(null, ''), []);
  return (
    <>
      <ReadingBar reading={reading} onEnd={end.toEnd} />
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
                tabIndex={-1}
                aria-current={row.id === reading.cursor.value ? 'true' : undefined}
                data-index={index}
                aria-setsize={rows.length}
                aria-posinset={index + 1}
                ref={virtualizer.measureElement}
                style={{ transform: `translateY(${start - topPx}px)`, '--depth': row.depth }}
              >
                <RowContent row={row} reading={reading} imagesAt={imagesAt} />
              </li>
            )
          );
        })}
      </ol>
    </>
  );
}

type RowProps = { row: TimelineRow; reading: Reading; imagesAt: string | null };

/** The same elements again while nothing of the row has changed: the list is drawn anew at each step of a scroll. */
function RowContent({ row, reading, imagesAt }: RowProps) {
  const { result, isOver, steps } = row.kind === 'tool' ? row : NO_TOOL;
  // Rows change in place; what of a row is unfolded, those parts of it follow by themselves.
  return useMemo(
    () => (
      <>
        <TimelineRowView row={row} reading={reading} imagesAt={imagesAt} />
        <RowActions row={row} reading={reading} />
      </>
    ),
    [row, reading, imagesAt, result, isOver, steps.length],
  );
}

const NO_TOOL = { result: null, isOver: false, steps: [] } as const;

/** Goes once to the event that the address names, as soon as it is there. */
function useLink(reading: Reading, linked: number | null): void {
  const isDone = useRef(linked === null);
  useLayoutEffect(() => {
    const { all } = reading.timeline.value;
    if (isDone.current || linked === null || (all.at(-1)?.id ?? 0) < linked) return;
    isDone.current = true;
    reading.goTo(linked);
  });
}

type Walk = {
  reading: Reading;
  end: FollowEnd;
  rows: readonly { id: number }[];
  scrollToIndex: (index: number, options: { align: 'auto' | 'center' }) => void;
};

/** Scrolls to where the reading wants to be, and puts the focus there once the row is in the document. */
function useTarget({ reading, end, rows, scrollToIndex }: Walk): void {
  const target = reading.target.value;
  const toFocus = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (target === null) return;
    const index = rows.findIndex(({ id }) => id === target.id);
    reading.target.value = null;
    if (index === -1) return;
    if (index < rows.length - 1) end.leave();
    scrollToIndex(index, { align: target.takesFocus ? 'auto' : 'center' });
    toFocus.current = target.takesFocus ? target.id : null;
  }, [target]);
  useLayoutEffect(() => {
    if (toFocus.current === null) return;
    const row = document.getElementById(`event-${toFocus.current}`);
    if (row === null) return;
    toFocus.current = null;
    row.focus({ preventScroll: true });
  });
}

/** The event that an address such as `/sessions/…#event-12` names. */
function eventOfHash(hash: string): number | null {
  const match = /^#event-(\d{1,9})$/.exec(hash);
  return match === null ? null : Number(match[1]);
}
