import type { KeyedQueue } from '../git/serialize-by-key.ts';

/** A promise that is resolved from outside, once. */
export type Signalled = { promise: Promise<boolean>; settle: (value: boolean) => void };

export function signalled(): Signalled {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  return { promise, settle: resolve };
}

/** What a session's workspace gets from the registry that made it. */
export type SessionHandle = {
  /** Runs this session's operations one after the other, those of its clean-up included. */
  queue: KeyedQueue;
  lockKey: string;
  onRelease: () => Promise<void>;
};
