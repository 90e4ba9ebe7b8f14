import type { DemoWorld } from '../../local/demo/demo-world.ts';

/** What tells a runner to keep a pool of ready trees, or none. Null: this build has no pool. */
export const POOL_ON: Record<string, string> | null = null;
export const POOL_OFF: Record<string, string> = {};

/** Resolves when a ready tree waits in the world's runner. */
export async function poolIsReady(_world: DemoWorld, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
}
