import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 5;

/** Resolves when the condition holds; rejects with its name when it does not in time. */
export async function waitFor<T>(
  what: string,
  condition: () => T | null | undefined | false,
  timeoutMs = 45_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = condition();
    if (value !== null && value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`);
    await sleep(POLL_MS);
  }
}
