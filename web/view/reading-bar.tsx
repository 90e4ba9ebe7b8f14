import type { Reading } from '../model/reading.ts';

/** The place of search; the key `/` leads to it. */
export const SEARCH_ID = 'search-session';

type Props = {
  reading: Reading;
  /** Goes to the end, and stays there. */
  onEnd: () => void;
};

/** Ways through a long session: words, what went wrong, and back to the end. */
export function ReadingBar({ reading, onEnd }: Props) {
  const problems = reading.timeline.value.problems;
  const { query, cursor } = reading;
  return (
    <search class="reading-bar" aria-label="This session">
      <input
        id={SEARCH_ID}
        type="search"
        aria-label="Search in this session"
        placeholder="Search"
        value={query.value}
        onInput={({ currentTarget }) => {
          query.value = currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') reading.toHit(event.shiftKey ? -1 : 1);
          if (event.key !== 'Escape') return;
          query.value = '';
          event.currentTarget.blur();
        }}
      />
      {query.value.trim() !== '' && <Hits reading={reading} />}
      {problems.length > 0 && (
        <span class="problems">
          <span class="number">
            {placeOf(problems, cursor.value)}
            {problems.length === 1 ? '1 error' : `${problems.length} errors`}
          </span>
          <Steps what="error" onStep={reading.toProblem} />
        </span>
      )}
      <span class="said-now" role="status">
        {reading.said.value}
      </span>
      {reading.newRows.value !== null && (
        <button type="button" class="to-end" onClick={onEnd}>
          {reading.newRows.value === 0 ? 'To the end' : `${reading.newRows.value.toLocaleString()} new`}{' '}
          <span aria-hidden="true">↓</span>
        </button>
      )}
    </search>
  );
}

function Hits({ reading }: { reading: Reading }) {
  const hits = reading.hits.value;
  return (
    <span class="hits">
      <span class="number" role="status">
        {hits.length === 0
          ? 'Not found'
          : `${placeOf(hits, reading.cursor.value)}${hits.length.toLocaleString()} found`}
      </span>
      {hits.length > 0 && <Steps what="find" onStep={reading.toHit} />}
    </span>
  );
}

/** `2 of ` where the reader is at one of them. */
function placeOf(ids: readonly number[], cursor: number | null): string {
  const index = cursor === null ? -1 : ids.indexOf(cursor);
  return index === -1 ? '' : `${index + 1} of `;
}

function Steps({ what, onStep }: { what: string; onStep: (step: 1 | -1) => void }) {
  return (
    <>
      <button type="button" aria-label={`Previous ${what}`} onClick={() => onStep(-1)}>
        <span aria-hidden="true">↑</span>
      </button>
      <button type="button" aria-label={`Next ${what}`} onClick={() => onStep(1)}>
        <span aria-hidden="true">↓</span>
      </button>
    </>
  );
}
