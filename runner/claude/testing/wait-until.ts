import { setTimeout as sleep } from 'node:timers/promises';
import { processStartTime } from '../../process/process-start-time.ts';

/** How often a condition that nothing announces is looked at. */
const POLL_MS = 10;

/** Resolves when a condition of the outside world holds; the test's own time limit bounds it. */
export async function waitUntil(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(POLL_MS);
}

/** Whether a process runs. A zombie does not: only its parent has not read its end yet. */
export function isAlive(pid: number): boolean {
  return processStartTime(pid) !== null;
}
