import type { FaultProxy, ProxiedConnection } from '../../doubles/network/fault-proxy.ts';
import { type InjectDeps, type Injector, MISSED, pickOf, STRUCK } from './injection.ts';

/** One in so many cuts is of everything that goes through one proxy, as when a machine loses its network. */
const CUT_ALL_SHARE = 0.1;

const SLOWEST_MS = 800;

function proxies({ world }: InjectDeps): FaultProxy[] {
  return [...world.runners.map(({ proxy }) => proxy), world.visitors];
}

/** Sockets that live long, and requests that happen to be under way. */
function connections(deps: InjectDeps): ProxiedConnection[] {
  return proxies(deps).flatMap((proxy) => proxy.connections());
}

export const cutSocket: Injector = ({ pick, variant }, deps) => {
  if (variant < CUT_ALL_SHARE) {
    const all = pickOf(proxies(deps), pick)?.connections() ?? [];
    for (const connection of all) connection.cut();
    return all.length > 0 ? STRUCK : MISSED;
  }
  const connection = pickOf(connections(deps), pick);
  connection?.cut();
  return connection === undefined ? MISSED : STRUCK;
};

export const halveSocket: Injector = ({ pick, variant }, deps) => {
  const sockets = connections(deps).filter(({ carries }) => carries !== 'http');
  const connection = pickOf(sockets, pick);
  connection?.halve(variant < 0.5 ? 'client' : 'server');
  return connection === undefined ? MISSED : STRUCK;
};

export const slowSockets: Injector = async ({ pick, variant, durationMs }, deps) => {
  const proxy = pickOf(proxies(deps), pick);
  proxy?.slow(Math.ceil(variant * SLOWEST_MS));
  await deps.pause(durationMs);
  proxy?.slow(0);
  return STRUCK;
};

export const reorderSockets: Injector = ({ pick, durationMs }, deps) => {
  pickOf(proxies(deps), pick)?.reorder(durationMs);
  return STRUCK;
};

export const refuseSockets: Injector = async ({ pick, variant, durationMs }, deps) => {
  const proxy = pickOf(proxies(deps), pick);
  proxy?.refuse(true);
  // Nobody connects who has no reason to.
  if (variant < 0.5) for (const connection of proxy?.connections() ?? []) connection.cut();
  await deps.pause(durationMs);
  proxy?.refuse(false);
  return STRUCK;
};

export const blackHole: Injector = async ({ pick, variant, durationMs }, deps) => {
  const proxy = pickOf(proxies(deps), pick);
  proxy?.blackHole(true);
  await deps.pause(durationMs);
  // The network comes back in time for what was sent, or too late for it.
  if (variant < 0.5) for (const connection of proxy?.connections() ?? []) connection.cut();
  proxy?.blackHole(false);
  return STRUCK;
};
