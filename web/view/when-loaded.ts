import { signal } from '@preact/signals';

/**
 * Something whose script is loaded when it is first asked for while a component is drawn; the component is drawn again
 * once it is there. Null until then, and for good where it can't be loaded: what asks has a plainer way.
 */
export function whenLoaded<T extends object>(load: () => Promise<T>): () => T | null {
  const loaded = signal<T | null>(null);
  let isAsked = false;
  return () => {
    if (!isAsked) {
      isAsked = true;
      load().then(
        (value) => {
          loaded.value = value;
        },
        () => undefined,
      );
    }
    return loaded.value;
  };
}
