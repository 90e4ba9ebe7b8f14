import { randomUUID } from 'node:crypto';
import type { FaultPlan } from '../plan/plan-round.ts';
import type { RelayFault } from '../proxy/webhook-relay.ts';
import { type Injector, MISSED, STRUCK } from './injection.ts';

/** The next delivery has a mishap. */
function mishap(faultOf: (fault: FaultPlan) => RelayFault): Injector {
  return (fault, { world }) => {
    world.relay.arm(faultOf(fault));
    return STRUCK;
  };
}

export const webhookTwice = mishap(() => ({ type: 'twice' }));
export const webhookLate = mishap(({ durationMs }) => ({ type: 'late', delayMs: durationMs }));
export const webhookAnswerLost = mishap(() => ({ type: 'answer_lost' }));
export const webhookLost = mishap(() => ({ type: 'lost' }));

/** An old delivery comes once more: the same, or the same event under another id. */
export const webhookAgain: Injector = async ({ pick, variant }, { world }) =>
  (await world.relay.sendAgain(pick, variant < 0.5 ? null : randomUUID())) ? STRUCK : MISSED;
