import { type ReadonlySignal, signal } from '@preact/signals';

export type KeptChoice<T extends string> = { chosen: ReadonlySignal<T>; choose(value: T): void };

/**
 * One of a few values, kept in this browser.
 *
 * @param values the first one holds until somebody chooses
 * @param apply is told of what is chosen, also at first
 */
export function createKeptChoice<T extends string>(
  window: Window,
  key: string,
  values: readonly [T, ...T[]],
  apply: (value: T) => void,
): KeptChoice<T> {
  const chosen = signal(read(window, key, values));
  apply(chosen.value);
  return {
    chosen,
    choose(value) {
      chosen.value = value;
      apply(value);
      try {
        window.localStorage.setItem(key, value);
      } catch {
        // A browser that keeps nothing follows it until the page is left.
      }
    },
  };
}

function read<T extends string>(window: Window, key: string, values: readonly [T, ...T[]]): T {
  const [first] = values;
  try {
    const kept = window.localStorage.getItem(key);
    return values.find((one) => one === kept) ?? first;
  } catch {
    return first;
  }
}
