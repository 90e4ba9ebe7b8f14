import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { readFilters, withFilter, withoutFilters } from './filters.ts';
import { FormField } from './form-field.tsx';
import type { Draft, Field } from './form-fields.ts';

/** Somebody who types is not done at each key. */
const TYPING_MS = 250;

type Props = {
  fields: readonly Field[];
  search: string;
  /** Without a step for the back button: typing must not fill it. */
  replaceSearch: (search: string) => void;
  /** As such a step; for choices, which are made one at a time. */
  openSearch?: (search: string) => void;
};

/** Filters whose values are those of the address: a link has them, and a reload keeps them. */
export function FilterBar({ fields, search, replaceSearch, openSearch = replaceSearch }: Props) {
  /** What is typed and not in the address yet. */
  const typed = useSignal<Draft>({});
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const current = useRef(search);
  current.current = search;
  const names = fields.map(({ name }) => name);
  const filters = { ...readFilters(search, names), ...typed.value };
  useEffect(() => () => clearTimeout(timer.current), []);

  /** What is typed goes along, whatever is changed besides. */
  function apply(changes: Draft, go: (search: string) => void): void {
    clearTimeout(timer.current);
    const all = Object.entries({ ...typed.value, ...changes });
    typed.value = {};
    go(all.reduce((rest, [name, value]) => withFilter(rest, name, value), current.current));
  }

  function change({ name, kind }: Field, value: string): void {
    if (kind === 'choice') {
      apply({ [name]: value }, openSearch);
      return;
    }
    clearTimeout(timer.current);
    typed.value = { ...typed.value, [name]: value };
    timer.current = setTimeout(() => apply({}, replaceSearch), TYPING_MS);
  }

  function clear(): void {
    clearTimeout(timer.current);
    typed.value = {};
    openSearch(withoutFilters(search, names));
  }

  return (
    <search class="filters" aria-label="Filters">
      {fields.map((field) => (
        <FormField
          key={field.name}
          field={field}
          value={filters[field.name] ?? ''}
          mistake={null}
          onChange={(value) => change(field, value)}
        />
      ))}
      {Object.values(filters).some((value) => value !== '') && (
        <button type="button" class="plain" onClick={clear}>
          Clear the filters
        </button>
      )}
    </search>
  );
}
