import type { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

const DEFAULT_DEADLINE_MS = 60_000;
/** A change may come from git alone, which tells nobody; so the condition is also looked at now and then. */
const RECHECK_MS = 200;

/** Waits until `check` returns something other than undefined, null or false, and returns it. */
export type Until = <T>(
  what: string,
  check: () => T | Promise<T>,
  options?: { timeoutMs?: number },
) => Promise<Exclude<T, undefined | null | false>>;

const holds = <T>(value: T): value is Exclude<T, undefined | null | false> =>
  value !== undefined && value !== null && value !== false;

async function nextChange(changes: EventEmitter, waitMs: number): Promise<void> {
  const ended = new AbortController();
  await new Promise<void>((resolve) => {
    changes.once('change', resolve);
    delay(waitMs, undefined, { signal: ended.signal }).then(resolve, () => {});
    ended.signal.addEventListener('abort', () => changes.off('change', resolve), { once: true });
  }).finally(() => ended.abort());
}

/** Conditions are looked at after every request and webhook of the double. */
export function createWaiter(changes: EventEmitter): Until {
  return async (what, check, options = {}) => {
    const deadline = performance.now() + (options.timeoutMs ?? DEFAULT_DEADLINE_MS);
    for (;;) {
      const value = await check();
      if (holds(value)) return value;
      const left = deadline - performance.now();
      if (left <= 0)
        throw new Error(`Waited ${options.timeoutMs ?? DEFAULT_DEADLINE_MS} ms in vain: ${what}.`);
      await nextChange(changes, Math.min(left, RECHECK_MS));
    }
  };
}
