import { RECONNECT_FIRST_MS, RECONNECT_MAX_MS } from '../../protocol/limits.ts';

/** A connection that held this long was no part of a series of failures: the next wait starts small again. */
export const STABLE_MS = 60_000;

/**
 * How long to wait before a connection attempt: exponential with full jitter, so that a thousand runners that a
 * deploy disconnected at once do not come back at once.
 *
 * @param attempt failures so far in this series, from 0.
 * @param random between 0 and 1.
 */
export function reconnectDelayMs(attempt: number, random: number): number {
  const ceiling = Math.min(RECONNECT_MAX_MS, RECONNECT_FIRST_MS * 2 ** Math.min(attempt, 20));
  return random * ceiling;
}
