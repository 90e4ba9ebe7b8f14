import type { Recovery } from '../inject/recovery-clock.ts';
import type { Violation } from '../invariants/evidence.ts';
import { FAULT_KINDS, type FaultKind } from '../plan/fault-kinds.ts';
import type { RoundPlan } from '../plan/plan-round.ts';
import type { ChaosOptions } from '../run-chaos.ts';
import type { RoundResult } from '../run-round.ts';

export type Counts<K extends string = string> = Record<K, number>;

/** What a run did and found. */
export type ChaosReport = {
  startedAt: string;
  options: ChaosOptions;
  dataDir: string;
  rounds: number;
  sessions: number;
  /** Faults that met something. */
  struck: Counts<FaultKind>;
  /** Planned, but nothing was there to meet. */
  missed: Counts<FaultKind>;
  /** This machine does not allow them. */
  impossible: Counts<FaultKind>;
  ends: Counts;
  violations: Violation[];
  /** In which round an invariant was broken. */
  brokenRound: number | null;
  recoveries: Recovery[];
  /** Warnings and errors in the product's logs, by name. */
  logged: Counts;
  injectMs: number;
  settleMs: number;
};

const noFaults = () => Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as Counts<FaultKind>;

export function emptyReport(options: ChaosOptions, dataDir: string): ChaosReport {
  return {
    startedAt: new Date().toISOString(),
    options,
    dataDir,
    rounds: 0,
    sessions: 0,
    struck: noFaults(),
    missed: noFaults(),
    impossible: noFaults(),
    ends: {},
    violations: [],
    brokenRound: null,
    recoveries: [],
    logged: {},
    injectMs: 0,
    settleMs: 0,
  };
}

/** Adds what a round did. */
export function takeRound(report: ChaosReport, plan: RoundPlan, result: RoundResult): void {
  report.rounds += 1;
  report.sessions += plan.actions.filter(({ type }) => type === 'session').length;
  for (const { kind, status } of result.outcomes) report[status][kind] += 1;
  for (const [end, count] of Object.entries(result.ends)) report.ends[end] = (report.ends[end] ?? 0) + count;
  report.injectMs += result.injectMs;
  report.settleMs += result.settleMs;
  report.violations.push(...result.violations);
  if (result.violations.length > 0) report.brokenRound = plan.index;
}

/** Several runs as one. */
export function sumOf(reports: readonly ChaosReport[]) {
  const all = <K extends keyof ChaosReport>(key: K): ChaosReport[K][] => reports.map((report) => report[key]);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  return {
    struck: addCounts(all('struck')),
    ends: addCounts(all('ends')),
    rounds: sum(all('rounds')),
    sessions: sum(all('sessions')),
    injectMs: sum(all('injectMs')),
    settleMs: sum(all('settleMs')),
    violations: all('violations').flat(),
    recoveries: all('recoveries').flat(),
  };
}

function addCounts(several: readonly Counts[]): Counts {
  const sum: Counts = {};
  for (const [name, count] of several.flatMap((counts) => Object.entries(counts))) {
    sum[name] = (sum[name] ?? 0) + count;
  }
  return sum;
}

export function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
