/** Between two looks: short against everything that is waited for. */
const LOOK_INTERVAL_MS = 50;
const DEFAULT_DEADLINE_MS = 60_000;

/**
 * Waits until `look` gives something other than null, undefined or false, and returns it.
 *
 * @throws Error naming what was waited for and what was seen last.
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  deadlineMs = DEFAULT_DEADLINE_MS,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + deadlineMs;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const seen = await look();
      if (seen !== null && seen !== undefined && seen !== false)
        return seen as NonNullable<Exclude<T, false>>;
      last = seen;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL_MS));
  }
  throw new Error(`Waited ${deadlineMs} ms in vain: ${what}. Seen last: ${String(last)}`, { cause: last });
}
