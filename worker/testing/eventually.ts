import { vi } from 'vitest';

/** Far above what is waited for takes, so that only a condition that never comes fails. */
const LIMIT_MS = 45_000;

/** Waits until a check passes. */
export function eventually(check: () => Promise<void> | void): Promise<void> {
  return vi.waitFor(check, { timeout: LIMIT_MS });
}
