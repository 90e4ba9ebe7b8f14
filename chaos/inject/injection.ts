import type { FaultPlan } from '../plan/plan-round.ts';
import type { SessionRun } from '../work/session-run.ts';
import type { ChaosWorld } from '../world/start-world.ts';
import type { RecoveryClock } from './recovery-clock.ts';

/**
 * What became of a planned fault. `missed`: nothing was there to meet it (no open socket, everybody busy). `impossible`:
 * this machine does not allow it. `later`: it is armed; `struck()` says at the end of the round whether it met anything.
 */
export type Injection =
  | { status: 'struck' }
  | { status: 'missed' }
  | { status: 'impossible' }
  | { status: 'later'; struck: () => boolean };

export const STRUCK: Injection = { status: 'struck' };
export const MISSED: Injection = { status: 'missed' };

export type InjectDeps = {
  world: ChaosWorld;
  runs: () => SessionRun[];
  recovery: RecoveryClock;
  /** Resolves after the time, or at once when the round is over. */
  pause: (ms: number) => Promise<void>;
  /** Something was seen that must not be. */
  violation: (rule: string, what: string) => void;
};

export type Injector = (fault: FaultPlan, deps: InjectDeps) => Promise<Injection> | Injection;

/** One of the items, by a number from 0 to 1. */
export function pickOf<T>(items: readonly T[], pick: number): T | undefined {
  return items[Math.floor(pick * items.length)];
}
