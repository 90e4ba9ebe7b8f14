import { useEffect } from 'preact/hooks';
import { partOf, type Reading } from '../model/reading.ts';
import { SECOND_KEY_MS } from '../model/shortcuts.ts';
import { isForThePage } from './is-for-the-page.ts';
import { SEARCH_ID } from './reading-bar.tsx';

/** Keys by which a session is read, without any other key held. */
const KEYS: Readonly<Record<string, (reading: Reading) => void>> = {
  j: (reading) => reading.move(1),
  k: (reading) => reading.move(-1),
  o: unfoldRow,
  e: (reading) => reading.toProblem(1),
  E: (reading) => reading.toProblem(-1),
  n: (reading) => reading.toHit(1),
  N: (reading) => reading.toHit(-1),
  '/': () => document.getElementById(SEARCH_ID)?.focus(),
};

/** A sub-agent's steps go with its row. */
function unfoldRow(reading: Reading): void {
  const id = reading.cursor.value;
  if (id === null) return;
  const isOpen = reading.unfolded.value.has(partOf(id, 'row'));
  reading.toggle(partOf(id, 'row'));
  if (reading.unfolded.value.has(partOf(id, 'steps')) === isOpen) reading.toggle(partOf(id, 'steps'));
}

/** Listens for them while the session is shown. */
export function useReadingKeys(reading: Reading): void {
  useEffect(() => {
    let wentAtMs = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent): void => {
      if (!isForThePage(event)) return;
      // `g` and another key lead to other pages.
      const isSecond = event.timeStamp - wentAtMs < SECOND_KEY_MS;
      wentAtMs = event.key === 'g' && !isSecond ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (isSecond) return;
      // Enter on a row unfolds it; on a button or a link it is theirs.
      const isRow = event.target instanceof Element && event.target.matches('.timeline > li');
      const act = event.key === 'Enter' && isRow ? unfoldRow : KEYS[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act(reading);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [reading]);
}
