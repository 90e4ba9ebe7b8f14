import type { ComponentChildren } from 'preact';
import { partOf, type Reading } from '../model/reading.ts';

type Props = {
  id: number;
  reading: Reading;
  class: string;
  summary: ComponentChildren;
  /** Made only when it is shown. */
  children: () => ComponentChildren;
};

/** A row that unfolds, and stays so while it is out of the window and out of the document. */
export function Fold({ id, reading, class: name, summary, children }: Props) {
  const part = partOf(id, 'row');
  const isOpen = reading.unfolded.value.has(part);
  return (
    <details
      class={name}
      open={isOpen}
      onToggle={({ currentTarget }) => {
        if (currentTarget.open !== reading.unfolded.value.has(part)) reading.toggle(part);
      }}
    >
      <summary>{summary}</summary>
      {isOpen && children()}
    </details>
  );
}
