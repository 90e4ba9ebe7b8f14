/** Filters as they stand in the address, by their names; what is empty is left out. */
export type Filters = Readonly<Record<string, string>>;

export function readFilters(search: string, names: readonly string[]): Filters {
  const query = new URLSearchParams(search);
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = query.get(name)?.trim() ?? '';
      return value === '' ? [] : [[name, value]];
    }),
  );
}

/** The query of an address with one filter changed; the others, and what else stands there, stay. */
export function withFilter(search: string, name: string, value: string): string {
  const query = new URLSearchParams(search);
  if (value === '') query.delete(name);
  else query.set(name, value);
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** The query without any of these filters. */
export function withoutFilters(search: string, names: readonly string[]): string {
  return names.reduce((rest, name) => withFilter(rest, name, ''), search);
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const DAY_MS = 86_400_000;

/**
 * Days as moments for the API, which leaves the end out: the day that people name as the last one is meant whole. What
 * is no day is left out.
 */
export function momentsOf({ from, to }: Filters): { from: string | undefined; to: string | undefined } {
  const isDay = (text: string | undefined): text is string =>
    text !== undefined && DAY.test(text) && !Number.isNaN(Date.parse(text));
  return {
    from: isDay(from) ? from : undefined,
    to: isDay(to) ? dayOf(Date.parse(to) + DAY_MS) : undefined,
  };
}

/** The day (UTC) of a moment in ms since 1970, such as `2026-11-21`. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
