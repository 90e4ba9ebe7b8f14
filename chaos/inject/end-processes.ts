import { isTerminal } from '../../protocol/task-state.ts';
import { findStandIns } from '../world/find-stand-ins.ts';
import type { RunnerHost } from '../world/runner-host.ts';
import type { EvictableClass } from '../world/worker-host.ts';
import { type InjectDeps, type Injection, type Injector, MISSED, pickOf, STRUCK } from './injection.ts';

/** A runner that is not up again by then has another problem, which the round's end finds. */
const UP_AGAIN_MS = 30_000;
const LOOK_MS = 50;

export function freeRunner({ world }: InjectDeps, pick: number): RunnerHost | undefined {
  return pickOf(
    world.runners.filter((host) => host.isUp && !host.isBusy),
    pick,
  );
}

/** Nobody else meddles with the machine while `act` does. */
export async function holding(host: RunnerHost, act: () => Promise<Injection>): Promise<Injection> {
  host.isBusy = true;
  try {
    return await act();
  } finally {
    host.isBusy = false;
  }
}

export async function untilUp(host: RunnerHost, { pause }: InjectDeps): Promise<void> {
  for (let waitedMs = 0; !host.isUp && waitedMs < UP_AGAIN_MS; waitedMs += LOOK_MS) await pause(LOOK_MS);
}

/** Tasks that a runner has in hand, as viewers know it. */
function tasksOn(host: RunnerHost, { runs }: InjectDeps): string[] {
  const tasks = runs().flatMap(({ viewers }) => viewers[0]?.tasks() ?? []);
  return tasks.flatMap(({ id, state, runnerId }) => (runnerId === host.id && !isTerminal(state) ? [id] : []));
}

export const killRunner: Injector = async ({ pick, durationMs }, deps) => {
  const host = freeRunner(deps, pick);
  if (host === undefined) return MISSED;
  return holding(host, async () => {
    deps.recovery.killed(tasksOn(host, deps), durationMs, performance.now());
    const struck = await host.signal('SIGKILL', durationMs);
    await untilUp(host, deps);
    return struck ? STRUCK : MISSED;
  });
};

export const termRunner: Injector = async ({ pick, durationMs }, deps) => {
  const host = freeRunner(deps, pick);
  if (host === undefined) return MISSED;
  return holding(host, async () => {
    const struck = await host.signal('SIGTERM', durationMs);
    await untilUp(host, deps);
    return struck ? STRUCK : MISSED;
  });
};

export const killWorker: Injector = async ({ durationMs }, { world }) => {
  if (!world.worker.isUp()) return MISSED;
  await world.worker.crash(durationMs);
  return STRUCK;
};

export const evictObject: Injector = async ({ pick, variant }, { world, runs }) => {
  const sessions = runs().flatMap(({ sessionId }) => sessionId ?? []);
  const [className, name]: [EvictableClass, string | undefined] =
    variant < 0.12
      ? ['FleetObject', world.account]
      : variant < 0.24
        ? ['InstallationObject', world.account]
        : variant < 0.36
          ? ['AccountObject', world.account]
          : variant < 0.42
            ? ['RecorderObject', world.account]
            : ['SessionObject', pickOf(sessions, pick)];
  if (name === undefined) return MISSED;
  const sockets = (variant * 100) % 1 < 0.5 ? 'close' : 'hibernate';
  return (await world.worker.evict(className, name, sockets)) ? STRUCK : MISSED;
};

/** Those in a tool call first: that is where a kill hurts most. */
export const killClaude: Injector = async ({ pick }, { world }) => {
  const found = await findStandIns(world.runners.map(({ claudeHome }) => claudeHome));
  const busy = found.filter(({ tool }) => tool);
  const chosen = pickOf(busy.length > 0 ? busy : found, pick);
  if (chosen === undefined) return MISSED;
  try {
    process.kill(chosen.pid, 'SIGKILL');
    return STRUCK;
  } catch {
    return MISSED;
  }
};
