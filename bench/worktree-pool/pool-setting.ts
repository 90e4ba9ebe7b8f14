import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoWorld } from '../../local/demo/demo-world.ts';

/** Tells a runner how many ready trees to keep for a repository that was worked on. */
export const POOL_ON: Record<string, string> = { SIGNALBOX_READY_TREES: '1' };
export const POOL_OFF: Record<string, string> = { SIGNALBOX_READY_TREES: '0' };

/** A tree is made once the runner was idle for a moment, and takes as long as a checkout. */
const READY_DEADLINE_MS = 40_000;
const LOOK_MS = 50;

/** Waits until a ready tree lies in the pool of a world's runner. @returns false when none comes */
export async function waitForReadyTree({ stack }: DemoWorld, signal: AbortSignal): Promise<boolean> {
  const pool = join(stack.dataDir, 'runner', 'pool');
  const deadlineMs = performance.now() + READY_DEADLINE_MS;
  while (performance.now() < deadlineMs) {
    const names = await readdir(pool).catch(() => []);
    // A name with a dot is one that is still being filled, or being removed.
    if (names.some((name) => !name.startsWith('.'))) return true;
    await sleep(LOOK_MS, null, { signal });
  }
  return false;
}
