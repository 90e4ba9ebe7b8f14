import { z } from 'zod';
import { type Failure, type FailureKind, failureKindSchema } from './outcome.ts';

/** How often a task is tried again by itself. What has failed four times needs a person. */
export const MAX_RECOVERIES = 3;

/** A server that restarts is back within half a minute; an outage is worth a few minutes, in which no runner is held. */
const FIRST_WAIT_MS = 30_000;
const MAX_WAIT_MS = 10 * 60_000;
const WAIT_FACTOR = 4;

/** A plan's limit is reset within five hours; longer waits are for people to decide on. */
const MAX_RESET_WAIT_MS = 6 * 60 * 60_000;
/** Tasks that wait for the same reset come back one by one. */
const RESET_SPREAD_MS = 60_000;

/** How a task of which a job failed is being tried again. */
export const recoverySchema = z.object({
  /** Counts from 1. */
  attempt: z.int().positive(),
  maxAttempts: z.int().positive(),
  kind: failureKindSchema,
  message: z.string().max(2_000),
  /** When the next attempt begins (ms since 1970); null once it has begun. */
  at: z.int().nullable(),
});
export type Recovery = z.infer<typeof recoverySchema>;

type Rule =
  /** The far side fails for a while. */
  | 'back_off'
  /** One name for lasting and passing troubles: whoever saw it says which it is. */
  | 'back_off_when_transient'
  /** The far side says when it makes sense again. */
  | 'wait_for_reset'
  /** It would fail again, needs a person, or was tried again where it happened. */
  | 'never';

/** What follows from each kind of failure. */
export const RECOVERY_RULES: Readonly<Record<FailureKind, Rule>> = {
  api_overloaded: 'back_off',
  api_unreachable: 'back_off',
  api_error: 'back_off',
  fetch_failed: 'back_off_when_transient',
  worktree_failed: 'back_off_when_transient',
  push_failed: 'back_off_when_transient',
  usage_limit: 'wait_for_reset',
  // The runner has resumed Claude once already; the control plane gives lost jobs to a runner again.
  stalled: 'never',
  exited_without_result: 'never',
  killed: 'never',
  lost: 'never',
  preflight: 'never',
  not_installed: 'never',
  not_logged_in: 'never',
  budget: 'never',
  bad_request: 'never',
  push_rejected: 'never',
  policy: 'never',
  disk_full: 'never',
  no_runner: 'never',
  no_answer: 'never',
  dependency: 'never',
  github_refused: 'never',
  internal: 'never',
};

export type RecoveryPlan = { type: 'give_up' } | { type: 'again'; attempt: number; atMs: number };

/**
 * Decides whether a task whose job failed is tried again by itself, and when. Pure.
 *
 * @param made how often that has happened to this task.
 * @param spread in [0, 1): keeps tasks that failed together from coming back together.
 */
export function planRecovery(failure: Failure, made: number, nowMs: number, spread: number): RecoveryPlan {
  if (made >= MAX_RECOVERIES) return { type: 'give_up' };
  const attempt = made + 1;
  switch (RECOVERY_RULES[failure.kind]) {
    case 'back_off_when_transient':
      if (failure.transient !== true) return { type: 'give_up' };
      return { type: 'again', attempt, atMs: nowMs + waitMs(made, spread) };
    case 'back_off': {
      // A server that says when to come back knows better, within reason.
      const soonest = Math.min(failure.retryAt ?? 0, nowMs + MAX_WAIT_MS);
      return { type: 'again', attempt, atMs: Math.max(soonest, nowMs + waitMs(made, spread)) };
    }
    case 'wait_for_reset': {
      const { retryAt } = failure;
      if (retryAt === null || retryAt > nowMs + MAX_RESET_WAIT_MS) return { type: 'give_up' };
      const atMs = Math.max(retryAt + spread * RESET_SPREAD_MS, nowMs + waitMs(made, spread));
      return { type: 'again', attempt, atMs: Math.ceil(atMs) };
    }
    case 'never':
      return { type: 'give_up' };
  }
}

/** Whether the control plane may try such a task again: then what its runner knows of it is worth keeping. */
export function mayRecover(failure: Failure, nowMs: number): boolean {
  return planRecovery(failure, 0, nowMs, 0).type === 'again';
}

/** Half of it is certain, half is spread. */
function waitMs(made: number, spread: number): number {
  const whole = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * WAIT_FACTOR ** made);
  return Math.round(whole * (0.5 + spread / 2));
}
