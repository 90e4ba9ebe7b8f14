import { setTimeout as sleep } from 'node:timers/promises';
import { splitTaskId } from '../protocol/ids.ts';
import { injectFault } from './inject/inject-fault.ts';
import type { Injection } from './inject/injection.ts';
import type { RecoveryClock } from './inject/recovery-clock.ts';
import type { Violation } from './invariants/evidence.ts';
import type { FaultKind } from './plan/fault-kinds.ts';
import type { FaultPlan, RoundPlan } from './plan/plan-round.ts';
import { heal } from './settle/heal.ts';
import { isHeld, LEASED, LeaseWatch } from './settle/lease-watch.ts';
import type { Look } from './settle/look.ts';
import type { ReadRecord } from './settle/read-record.ts';
import { waitSettled } from './settle/wait-settled.ts';
import { type SessionRun, startSessionRun } from './work/session-run.ts';
import type { ChaosWorld } from './world/start-world.ts';

/** What was begun is over by then, also on a busy machine: a runner's start, a request that is tried again. */
const LATE_MS = 300_000;
const LEASE_LOOK_MS = 5_000;

export type RoundDeps = {
  world: ChaosWorld;
  look: Look;
  record: ReadRecord;
  recovery: RecoveryClock;
  knownSessions: Set<string>;
  signal: AbortSignal;
  say: (line: string) => void;
};

export type FaultOutcome = { kind: FaultKind; status: 'struck' | 'missed' | 'impossible' };

export type RoundResult = {
  outcomes: FaultOutcome[];
  violations: Violation[];
  /** How tasks ended, by state and kind of failure. */
  ends: Record<string, number>;
  injectMs: number;
  settleMs: number;
};

/** Breaks things as planned while tasks run, mends everything, and waits until every invariant holds. */
export async function runRound(plan: RoundPlan, deps: RoundDeps): Promise<RoundResult> {
  const { world, look, record, recovery } = deps;
  const violations: Violation[] = [];
  const runs: SessionRun[] = [];
  const over = new AbortController();
  const startedAt = performance.now();
  const pause = (ms: number) => sleep(ms, undefined, { signal: over.signal }).catch(() => {});
  const injectDeps = {
    world,
    runs: () => runs,
    recovery,
    pause,
    violation: (rule: string, what: string) => violations.push({ rule, where: 'the harness', what }),
  };
  const pending: Promise<{ fault: FaultPlan; injection: Injection }>[] = [];
  const asking = new AbortController();
  const leases = watchLeases(deps, () => runs, violations);
  for (const action of plan.actions) {
    const waitMs = startedAt + action.atMs - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    if (deps.signal.aborted) break;
    if (action.type === 'fault') {
      pending.push(injectFault(action, injectDeps).then((injection) => ({ fault: action, injection })));
    } else {
      const onEvent: Parameters<typeof startSessionRun>[1]['onEvent'] = (_, event) =>
        recovery.saw(event, performance.now());
      runs.push(startSessionRun(action, { world, signal: asking.signal, onEvent }));
    }
  }
  over.abort();
  const settleAt = performance.now();
  await heal(world);
  const injections = await inTime(Promise.all(pending), 'faults that were begun');
  await heal(world);
  violations.push(...(await requestsDone(runs, asking)));
  for (const viewer of runs.flatMap(({ viewers }) => viewers)) viewer.calmDown();
  for (const { sessionId } of runs) if (sessionId !== null) deps.knownSessions.add(sessionId);
  const { knownSessions, say } = deps;
  violations.push(...(await waitSettled({ world, look, record, runs, knownSessions, say })));
  leases.stop();
  violations.push(...githubViolations(world));
  const outcomes = injections.map(({ fault, injection }) => outcomeOf(fault, injection));
  for (const run of runs) run.close();
  world.relay.forget(new Set(world.relay.deliveries().map(({ id }) => id)));
  const endedAt = performance.now();
  return {
    outcomes,
    violations,
    ends: await endsOf(runs, look),
    injectMs: settleAt - startedAt,
    settleMs: endedAt - settleAt,
  };
}

function outcomeOf({ kind }: FaultPlan, injection: Injection): FaultOutcome {
  if (injection.status !== 'later') return { kind, status: injection.status };
  return { kind, status: injection.struck() ? 'struck' : 'missed' };
}

/** Everybody who asked for something has an answer. */
async function requestsDone(runs: readonly SessionRun[], asking: AbortController): Promise<Violation[]> {
  const timer = setTimeout(() => asking.abort(new Error('The request was never answered.')), LATE_MS);
  const settled = await Promise.allSettled(runs.map(({ done }) => done));
  clearTimeout(timer);
  return settled.flatMap((result, index) =>
    result.status === 'fulfilled'
      ? []
      : [{ rule: 'request_failed', where: runs[index]?.plan.nonce ?? '', what: String(result.reason) }],
  );
}

function watchLeases({ look }: RoundDeps, runs: () => SessionRun[], violations: Violation[]) {
  const watch = new LeaseWatch();
  const timer = setInterval(async () => {
    const fleet = await look.fleet().catch(() => null);
    const tasks = runs().flatMap(({ viewers }) => viewers[0]?.tasks() ?? []);
    if (fleet === null) return;
    for (const violation of watch.look(tasks, fleet, performance.now())) {
      if (await isTrue(look, violation.where)) violations.push(violation);
    }
  }, LEASE_LOOK_MS);
  return { stop: () => clearInterval(timer) };
}

/** A viewer behind a broken connection may not have heard how its task went on. */
async function isTrue(look: Look, taskId: string): Promise<boolean> {
  const { sessionId, taskNumber } = splitTaskId(taskId);
  const answer = await look.session(sessionId).catch(() => null);
  const task = answer?.tasks.find(({ number }) => number === taskNumber);
  return task !== undefined && LEASED.has(task.state) && !isHeld(await look.fleet(), taskId);
}

/** What GitHub would not have taken, or would have ignored. */
function githubViolations({ github }: ChaosWorld): Violation[] {
  return github.violations.splice(0).map(({ method, path, side, problem }) => ({
    rule: 'github_description',
    where: `${method} ${path}`,
    what: `${side}: ${problem}`,
  }));
}

async function endsOf(runs: readonly SessionRun[], look: Look): Promise<Record<string, number>> {
  const ends: Record<string, number> = {};
  for (const { sessionId } of runs) {
    const answer = sessionId === null ? null : await look.session(sessionId).catch(() => null);
    for (const { state, failure } of answer?.tasks ?? []) {
      const end = failure === null ? state : `${state}: ${failure.kind}`;
      ends[end] = (ends[end] ?? 0) + 1;
    }
  }
  return ends;
}

async function inTime<T>(work: Promise<T>, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`The harness waits in vain for ${what}.`)), LATE_MS);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
