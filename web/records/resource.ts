import { type Signal, signal } from '@preact/signals';
import { type ApiFailure, type ApiResult, describeFailure } from '../model/api.ts';

/** What is wrong with single fields, by their names in the body. */
export type Mistakes = Readonly<Record<string, string>>;

export type Failed = { mistakes: Mistakes; message: string | null };

/** Things that an account has, and what is done to them. */
export type Resource<Item> = {
  /** Null until they are read. */
  items: Signal<readonly Item[] | null>;
  /** More of them follow. */
  hasMore: Signal<boolean>;
  /** Why they can't be read, or why the last thing that was asked for was not done. */
  problem: Signal<string | null>;
  /** What was done last. */
  said: Signal<string>;
  busy: Signal<boolean>;
  read(): Promise<void>;
  readMore(): Promise<void>;
  /** Does something, reads the list again and says so. Null: it was done. */
  act<T>(call: () => Promise<ApiResult<T>>, done: string, take?: (value: T) => void): Promise<Failed | null>;
};

export type Listed<Item> = { items: readonly Item[]; next?: string | null };

type Deps<Item> = {
  /** @param cursor where the part before ended; undefined for the first */
  read: (cursor: string | undefined) => Promise<ApiResult<Listed<Item>>>;
  onSignedOut: () => void;
};

export function createResource<Item>({ read, onSignedOut }: Deps<Item>): Resource<Item> {
  const items = signal<readonly Item[] | null>(null);
  const hasMore = signal(false);
  const problem = signal<string | null>(null);
  const said = signal('');
  const busy = signal(false);
  let next: string | null = null;
  let generation = 0;

  function fail(failure: ApiFailure): Failed {
    if (failure.reason === 'signed_out') onSignedOut();
    return failedOf(failure);
  }

  async function readFrom(cursor: string | undefined): Promise<void> {
    generation += 1;
    const mine = generation;
    const result = await read(cursor);
    if (mine !== generation) return;
    if (!result.ok) {
      fail(result.failure);
      problem.value = describeFailure(result.failure);
      return;
    }
    const before = cursor === undefined ? [] : (items.value ?? []);
    items.value = [...before, ...result.value.items];
    next = result.value.next ?? null;
    hasMore.value = next !== null;
    problem.value = null;
  }

  return {
    items,
    hasMore,
    problem,
    said,
    busy,
    read: () => readFrom(undefined),
    readMore: async () => {
      if (next !== null) await readFrom(next);
    },
    async act(call, done, take) {
      busy.value = true;
      said.value = '';
      const result = await call();
      busy.value = false;
      if (!result.ok) return fail(result.failure);
      take?.(result.value);
      said.value = done;
      await readFrom(undefined);
      return null;
    },
  };
}

/** A refusal by the fields that it names; what names none is a message. */
export function failedOf(failure: ApiFailure): Failed {
  const errors = failure.reason === 'problem' ? (failure.problem.errors ?? []) : [];
  const mistakes = Object.fromEntries(errors.map(({ path, message }) => [path, message]));
  const isNamed = errors.length > 0 && errors.every(({ path }) => path !== '');
  return { mistakes, message: isNamed ? null : describeFailure(failure) };
}
