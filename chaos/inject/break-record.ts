import type { Faults } from '../../local/libsql/faults.ts';
import { type Injector, STRUCK } from './injection.ts';

const SLOWEST_MS = 1_500;

/** libSQL has one fault at a time: the latest counts, and its end ends it. */
let latest = 0;

function breakRecord(act: (faults: Faults, variant: number) => void): Injector {
  return async ({ durationMs, variant }, { world, pause }) => {
    latest += 1;
    const mine = latest;
    world.libsql.faults.heal();
    act(world.libsql.faults, variant);
    await pause(durationMs);
    if (mine === latest) world.libsql.faults.heal();
    return STRUCK;
  };
}

export const refuseRecord = breakRecord((faults) => faults.refuse());
export const slowRecord = breakRecord((faults, variant) => faults.slow(Math.ceil(variant * SLOWEST_MS)));
export const failRecordMidBatch = breakRecord((faults) => faults.failMidBatch());
export const loseRecordAnswers = breakRecord((faults) => faults.loseAnswers());
