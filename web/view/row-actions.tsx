import type { Reading } from '../model/reading.ts';
import type { TimelineRow } from '../model/timeline.ts';
import { rowText } from './row-text.ts';

/** Copies an event's text, or its address. Reached by Tab from the row that the reader is at, by pointer from any. */
export function RowActions({ row, reading }: { row: TimelineRow; reading: Reading }) {
  const tabIndex = reading.cursor.value === row.id ? 0 : -1;
  return (
    <span class="row-actions">
      <button
        type="button"
        tabIndex={tabIndex}
        aria-label={`Copy the text of event ${row.id}`}
        onClick={() => void copy(reading, rowText(row), 'The text is copied.')}
      >
        Copy
      </button>
      <button
        type="button"
        tabIndex={tabIndex}
        aria-label={`Copy the link to event ${row.id}`}
        onClick={() => void copy(reading, addressOf(row.id), 'The link is copied.')}
      >
        Link
      </button>
    </span>
  );
}

function addressOf(id: number): string {
  const { origin, pathname } = window.location;
  return `${origin}${pathname}#event-${id}`;
}

async function copy(reading: Reading, text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(reading, done);
  } catch {
    // Browsers have no clipboard for pages over plain HTTP, or their reader said no.
    say(reading, 'The browser does not let this page copy.');
  }
}

/** Long enough to be read, also aloud. */
const SAID_MS = 5_000;

function say(reading: Reading, words: string): void {
  reading.said.value = words;
  setTimeout(() => {
    if (reading.said.value === words) reading.said.value = null;
  }, SAID_MS);
}
