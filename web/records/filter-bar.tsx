import { useEffect, useRef } from 'preact/hooks';
import { readFilters, withFilter, withoutFilters } from './filters.ts';
import { FormField } from './form-field.tsx';
import type { Field } from './form-fields.ts';

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
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const names = fields.map(({ name }) => name);
  const filters = readFilters(search, names);
  useEffect(() => () => clearTimeout(timer.current), []);

  function change({ name, kind }: Field, value: string): void {
    clearTimeout(timer.current);
    if (kind === 'choice') openSearch(withFilter(search, name, value));
    else timer.current = setTimeout(() => replaceSearch(withFilter(search, name, value)), TYPING_MS);
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
      {Object.keys(filters).length > 0 && (
        <button
          type="button"
          class="plain"
          onClick={() => {
            clearTimeout(timer.current);
            openSearch(withoutFilters(search, names));
          }}
        >
          Clear the filters
        </button>
      )}
    </search>
  );
}
