import type { WebSocket } from 'ws';
import { PING_INTERVAL_MS, PING_TEXT } from '../../protocol/limits.ts';

/** A half-open socket (its peer vanished without a close) shows after this many unanswered pings. */
export const MISSED_PINGS = 2;

/**
 * Pings as text, which the platform answers without waking the Durable Object, and cuts a socket that stays
 * silent. Anything received counts as a sign of life.
 */
export function keepAlive(socket: WebSocket, intervalMs = PING_INTERVAL_MS): { heard(): void; stop(): void } {
  let missed = 0;
  const timer = setInterval(() => {
    if (missed >= MISSED_PINGS) {
      socket.terminate();
      return;
    }
    missed += 1;
    socket.send(PING_TEXT, () => {});
  }, intervalMs);
  return {
    heard() {
      missed = 0;
    },
    stop() {
      clearInterval(timer);
    },
  };
}
