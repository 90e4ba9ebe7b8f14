import { join } from 'node:path';
import { freeRunner, holding, untilUp } from './end-processes.ts';
import { type Injector, MISSED, STRUCK } from './injection.ts';

const DAY_MS = 86_400_000;
const TWIN_STOP_MS = 5_000;

/** A second runner with the same credential, on a folder of its own: the newer connection takes over. */
export const startTwin: Injector = async ({ id, pick, durationMs }, deps) => {
  const host = freeRunner(deps, pick);
  if (host === undefined) return MISSED;
  return holding(host, async () => {
    const twin = await host
      .startTwin(join(deps.world.dataDir, 'machines', `${host.name}-twin-${id}`), `${host.name}-twin`)
      .catch(() => null);
    await deps.pause(durationMs);
    await twin?.stop(TWIN_STOP_MS);
    await untilUp(host, deps);
    return twin === null ? MISSED : STRUCK;
  });
};

/** A second runner in the same folder: it must refuse to start as long as the first one lives. */
export const startInSameFolder: Injector = async ({ pick }, deps) => {
  const host = freeRunner(deps, pick);
  const pid = host?.pid ?? null;
  if (host === undefined || pid === null) return MISSED;
  return holding(host, async () => {
    const second = await host.startTwin(host.folder.path, `${host.name}-second`).catch(() => null);
    // It may have become the only one, when the first had ended meanwhile.
    if (second !== null && host.pid === pid) {
      deps.violation('two_runners_in_a_folder', `A second runner started in the folder of ${host.name}.`);
    }
    await second?.stop(TWIN_STOP_MS);
    return STRUCK;
  });
};

/** The machine's clock is wrong for a while, by minutes or by days, in either direction. */
export const jumpClock: Injector = async ({ pick, variant, durationMs }, deps) => {
  const host = freeRunner(deps, pick);
  if (host === undefined) return MISSED;
  // The cube: mostly minutes, now and then days.
  await host.shiftClock(Math.round((variant * 2 - 1) ** 3 * 5 * DAY_MS));
  await deps.pause(durationMs);
  await host.shiftClock(0);
  return STRUCK;
};

export const fillDisk: Injector = async ({ pick, durationMs }, deps) => {
  const host = freeRunner(deps, pick);
  if (host === undefined) return MISSED;
  const { disk } = host.folder;
  if (disk === null) return { status: 'impossible' };
  return holding(host, async () => {
    await disk.fill();
    await deps.pause(durationMs);
    await disk.makeRoom();
    return STRUCK;
  });
};

/** The disk can only be read when the runner starts again. */
export const makeReadOnly: Injector = async ({ pick, durationMs }, deps) => {
  const host = freeRunner(deps, pick);
  if (host === undefined) return MISSED;
  const { disk } = host.folder;
  if (disk === null) return { status: 'impossible' };
  return holding(host, async () => {
    let isReadOnly = false;
    await host.whileDown(async () => {
      isReadOnly = await disk.readOnly(true);
    });
    await deps.pause(durationMs);
    await disk.readOnly(false);
    await untilUp(host, deps);
    return isReadOnly ? STRUCK : MISSED;
  });
};
