import { type Signal, signal } from '@preact/signals';
import { type ApiResult, describeFailure } from './api.ts';

export type Poll<T> = {
  /** Null until the first answer; what can't be read again stays as it was. */
  value: Signal<T | null>;
  problem: Signal<string | null>;
  start(everyMs: number): void;
  stop(): void;
};

type Deps<T> = {
  read: () => Promise<ApiResult<T>>;
  document: Document;
  onSignedOut: () => void;
  /** Whether to read on while nobody sees the page. */
  readsUnseen?: () => boolean;
};

/** Reads something again and again, at once when the page is seen again. */
export function createPoll<T>({ read, document, onSignedOut, readsUnseen }: Deps<T>): Poll<T> {
  const value = signal<T | null>(null);
  const problem = signal<string | null>(null);
  let generation = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function refresh(mine: number, everyMs: number): Promise<void> {
    const isAsked = !document.hidden || readsUnseen?.() === true;
    const result = isAsked ? await read() : null;
    if (mine !== generation) return;
    if (result?.ok === true) {
      value.value = result.value;
      problem.value = null;
    } else if (result?.failure.reason === 'signed_out') {
      onSignedOut();
      return;
    } else if (result !== null) {
      problem.value = describeFailure(result.failure);
    }
    timer = setTimeout(() => void refresh(mine, everyMs), everyMs);
  }

  let again = () => {};
  return {
    value,
    problem,
    start(everyMs) {
      document.removeEventListener('visibilitychange', again);
      again = () => {
        if (document.hidden) return;
        generation += 1;
        clearTimeout(timer);
        void refresh(generation, everyMs);
      };
      document.addEventListener('visibilitychange', again);
      generation += 1;
      clearTimeout(timer);
      void refresh(generation, everyMs);
    },
    stop() {
      document.removeEventListener('visibilitychange', again);
      generation += 1;
      clearTimeout(timer);
    },
  };
}
