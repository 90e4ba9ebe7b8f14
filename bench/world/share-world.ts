import type { DemoWorld } from '../../local/demo/demo-world.ts';
import { startWorld } from './use-world.ts';

export type SharedWorld = {
  /** The same world at each call, started at the first. */
  get(): Promise<DemoWorld>;
  /** Ends it when it was started. */
  stop(): Promise<void>;
};

/** One plain world for all who need nothing special of it: a start takes seconds. */
export function shareWorld(): SharedWorld {
  let world: Promise<DemoWorld> | null = null;
  return {
    get() {
      world ??= startWorld();
      return world;
    },
    async stop() {
      const started = await world?.catch(() => null);
      await started?.stop();
      world = null;
    },
  };
}
