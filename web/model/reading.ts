import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { createRowSearch } from './search-rows.ts';
import { findRow, shownRows, type Timeline, type TimelineRow } from './timeline.ts';

/** Where the page should go: `takesFocus` where the reader walks from row to row, not while words are typed. */
export type Target = { id: number; takesFocus: boolean };

export type Step = 1 | -1;

type How = { takesFocus?: boolean; unfold?: readonly Part[] };

/** How somebody reads a session: what is unfolded, where they are, what they look for. */
export type Reading = {
  timeline: ReadonlySignal<Timeline>;
  /** What is unfolded: the row `12`, `12:whole` for its long texts, `12:steps` for what its sub-agent did. */
  unfolded: Signal<ReadonlySet<string>>;
  toggle(part: string): void;
  /** The row that the reader is at. */
  cursor: Signal<number | null>;
  target: Signal<Target | null>;
  /** Goes to an event. The calls around it are unfolded, and those parts of its own row that are named. */
  goTo(id: number, how?: How): void;
  /** To the next or the previous row of those that are shown. */
  move(step: Step): void;
  toProblem(step: Step): void;
  query: Signal<string>;
  /** Ids of rows that hold what is looked for. */
  hits: ReadonlySignal<readonly number[]>;
  toHit(step: Step): void;
  /** What became of the last button, for people: that a text was copied. */
  said: Signal<string | null>;
  /** Rows that came since the reader left the end; null while they are there. */
  newRows: ReadonlySignal<number | null>;
  /** The end of the page is in view, or is not any more. */
  follow(isAtEnd: boolean): void;
  close(): void;
};

/** `row`: the row itself. */
export type Part = 'row' | 'whole' | 'steps';

/** The name of a part among those that are unfolded. */
export const partOf = (id: number, part: Part): string => (part === 'row' ? String(id) : `${id}:${part}`);

/** Which sub-agents' doing is shown; null where none is. */
export function unfoldedAgents(unfolded: ReadonlySet<string>): ((id: number) => boolean) | null {
  const steps = [...unfolded].filter((part) => part.endsWith(':steps'));
  return steps.length === 0 ? null : (id) => unfolded.has(partOf(id, 'steps'));
}

/** @param textOf what a row is searched for */
export function createReading(
  timeline: ReadonlySignal<Timeline>,
  textOf: (row: TimelineRow) => string,
): Reading {
  const unfolded = signal<ReadonlySet<string>>(new Set());
  const cursor = signal<number | null>(null);
  const target = signal<Target | null>(null);
  const query = signal('');
  const search = createRowSearch(textOf);
  const hits = computed(() => search.find(query.value, timeline.value.all));
  const leftAt = signal<number | null>(null);
  const newRows = computed(() => (leftAt.value === null ? null : timeline.value.all.length - leftAt.value));
  // Kept current also while nobody shows them: what came meanwhile is then read in small parts.
  const stop = effect(() => void hits.value);

  function unfold(parts: readonly string[]): void {
    if (parts.every((part) => unfolded.value.has(part))) return;
    unfolded.value = new Set([...unfolded.value, ...parts]);
  }

  function goTo(id: number, { takesFocus = false, unfold: parts = [] }: How = {}): void {
    const row = findRow(timeline.value.all, id);
    if (row === null) return;
    const around: string[] = [];
    for (let agent = row.agent; agent !== null; ) {
      around.push(partOf(agent, 'steps'));
      agent = findRow(timeline.value.all, agent)?.agent ?? null;
    }
    unfold([...around, ...parts.map((part) => partOf(row.id, part))]);
    cursor.value = row.id;
    target.value = { id: row.id, takesFocus };
  }

  /** Around the ends it begins again, as searches do. */
  function toNext(ids: readonly number[], step: Step, how: How): void {
    const from = cursor.value;
    const next =
      step === 1
        ? (ids.find((id) => from === null || id > from) ?? ids[0])
        : (ids.findLast((id) => from === null || id < from) ?? ids.at(-1));
    if (next !== undefined) goTo(next, how);
  }

  return {
    timeline,
    unfolded,
    toggle(part) {
      const next = new Set(unfolded.value);
      if (!next.delete(part)) next.add(part);
      unfolded.value = next;
    },
    cursor,
    target,
    goTo,
    move(step) {
      const rows = shownRows(timeline.value.rows, unfoldedAgents(unfolded.value));
      const from = cursor.value;
      const index = from === null ? -1 : rows.findIndex(({ id }) => id === from);
      const next = index === -1 ? rows.at(-1) : rows[index + step];
      if (next !== undefined) goTo(next.id, { takesFocus: true });
    },
    toProblem: (step) => toNext(timeline.value.problems, step, { takesFocus: true, unfold: ['row'] }),
    query,
    hits,
    said: signal<string | null>(null),
    toHit: (step) => toNext(hits.value, step, { takesFocus: false, unfold: ['row', 'whole'] }),
    newRows,
    follow(isAtEnd) {
      if (isAtEnd) leftAt.value = null;
      else leftAt.value ??= timeline.value.all.length;
    },
    close: stop,
  };
}
