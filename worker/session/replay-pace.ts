import type { Unread } from './unread.ts';

/** A viewer that says what it has seen gets its next page when it has read the last, but for this. */
const READ_BUT_CHARS = 256_000;

/**
 * One that says nothing is let go after this much, and comes back after its last event: that it knows the number is
 * the proof that it reads.
 */
const SILENT_CHARS = 16_000_000;

/** What may be unread of all together before another page is sent; an object has 128 MB in all. */
const ROOM_FOR_PAGES_CHARS = 32_000_000;

const LOOK_AGAIN_MS = 20;

/** A train in a tunnel. */
const PATIENCE_MS = 30_000;

/** When there is no room for others; who reads at all has read a page by then. */
const SHORT_PATIENCE_MS = 2_000;

type Socket = { readonly readyState: number };

/**
 * Waits until a viewer that reads the log may have its next page: what is unread is then in the log, not in memory,
 * however many stop reading at once.
 *
 * @returns false when it has read nothing for too long.
 */
export async function untilRoom<S extends Socket>(
  unread: Unread<S>,
  socket: S,
  says: boolean,
): Promise<boolean> {
  if (!says) return unread.of(socket) <= SILENT_CHARS;
  const sinceMs = Date.now();
  while (socket.readyState === WebSocket.OPEN) {
    const crowded = unread.total > ROOM_FOR_PAGES_CHARS;
    const hasRead = unread.of(socket) <= READ_BUT_CHARS;
    if (hasRead && !crowded) return true;
    const waitedMs = Date.now() - sinceMs;
    if (waitedMs > PATIENCE_MS || (crowded && !hasRead && waitedMs > SHORT_PATIENCE_MS)) return false;
    await scheduler.wait(LOOK_AGAIN_MS);
  }
  return true;
}
