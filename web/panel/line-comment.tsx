import { useEffect, useRef } from 'preact/hooks';
import { type DiffReview, fitsReview, placeKey } from '../model/diff-review.ts';
import type { DiffLine } from '../model/parse-patch.ts';

/** Where comments on lines of a file go. */
export type Commenting = { review: DiffReview; repository: string | null; path: string };

type NumberProps = {
  line: DiffLine | null;
  number: number | null;
  commenting: Commenting | null;
  isFirst: boolean;
};

/** A line's number, which begins a comment on it. */
export function LineNumber({ line, number, commenting, isFirst }: NumberProps) {
  if (line === null || commenting === null) return <td class="line-number">{number}</td>;
  const { review, ...place } = commenting;
  const shown = number ?? line.before;
  return (
    <td class="line-number">
      <button
        type="button"
        class="to-comment"
        tabIndex={isFirst ? 0 : -1}
        aria-label={`Comment on ${line.kind === 'removed' ? 'removed ' : ''}line ${shown}`}
        onClick={() => {
          review.draft.value = { key: placeKey({ ...place, line }), text: '' };
        }}
      >
        {number}
        <span class="pen" aria-hidden="true">
          +
        </span>
      </button>
    </td>
  );
}

/** The arrow keys go from line to line: a tab stop each would be a long way to what follows. */
export function walkLines(event: KeyboardEvent & { currentTarget: Element }): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('.to-comment')];
  const index = buttons.findIndex((button) => button === event.target);
  if (index === -1) return;
  event.preventDefault();
  buttons[index + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
}

/** Below a line: what was said about it, and the box of what is being said. */
export function CommentRow({ line, commenting }: { line: DiffLine; commenting: Commenting | null }) {
  if (commenting === null) return null;
  const { review, ...place } = commenting;
  const key = placeKey({ ...place, line });
  const said = review.comments.value.filter((comment) => placeKey(comment) === key);
  const isDraft = review.draft.value?.key === key;
  if (said.length === 0 && !isDraft) return null;
  return (
    <tr class="comments">
      <td colSpan={4}>
        {said.map((comment) => (
          <p key={comment.text}>
            {comment.text}{' '}
            <button type="button" class="plain small" onClick={() => review.remove(comment)}>
              Remove
            </button>
          </p>
        ))}
        {isDraft && <Draft line={line} commenting={commenting} />}
      </td>
    </tr>
  );
}

function Draft({ line, commenting: { review, ...place } }: { line: DiffLine; commenting: Commenting }) {
  const draft = review.draft.value;
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => box.current?.focus(), []);
  if (draft === null) return null;
  const text = draft.text.trim();
  const comment = { ...place, line, text };
  const isTooMuch = !fitsReview('', [...review.comments.value, comment]);
  const add = (): void => {
    if (text === '' || isTooMuch) return;
    review.add(comment);
    review.draft.value = null;
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <textarea
        rows={2}
        aria-label={`Comment on line ${line.after ?? line.before} of ${place.path}`}
        value={draft.text}
        ref={box}
        onInput={({ currentTarget }) => {
          review.draft.value = { ...draft, text: currentTarget.value };
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') review.draft.value = null;
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) add();
        }}
      />
      {isTooMuch && <p role="alert">This is more than one message holds. Send the other comments first.</p>}
      <button type="submit" disabled={text === '' || isTooMuch}>
        Add the comment
      </button>{' '}
      <button type="button" class="plain" onClick={() => (review.draft.value = null)}>
        Cancel
      </button>
    </form>
  );
}
