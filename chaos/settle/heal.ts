import type { ChaosWorld } from '../world/start-world.ts';

/** Ends every fault, so that what is still broken afterwards is broken by the product. */
export async function heal({ runners, visitors, libsql, github, relay }: ChaosWorld): Promise<void> {
  for (const { proxy } of runners) proxy.heal();
  visitors.heal();
  libsql.faults.heal();
  github.clearFaults();
  relay.disarm();
  await Promise.all(
    runners.map(async (host) => {
      await host.shiftClock(0);
      await host.folder.disk?.readOnly(false);
      await host.folder.disk?.makeRoom();
    }),
  );
}
