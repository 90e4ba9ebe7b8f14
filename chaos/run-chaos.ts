import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecoveryClock } from './inject/recovery-clock.ts';
import type { Violation } from './invariants/evidence.ts';
import type { FaultKind } from './plan/fault-kinds.ts';
import { planRound } from './plan/plan-round.ts';
import { type ChaosReport, emptyReport, takeRound } from './report/chaos-report.ts';
import { type RoundDeps, runRound } from './run-round.ts';
import { lookInto } from './settle/look.ts';
import { openRecordReader } from './settle/read-record.ts';
import { type LogWatch, watchLogs } from './settle/watch-logs.ts';
import { type ChaosWorld, startChaosWorld } from './world/start-world.ts';

export type ChaosOptions = {
  seed: number;
  faults: number;
  /** No round begins after so long; null: none is left out. */
  minutes: number | null;
  realShare: number;
  kinds: readonly FaultKind[];
  faultsARound: number;
  faultsASecond: number;
  faultsASession: number;
  firstRound: number;
  /** A run that went wrong keeps its folder in any case. */
  keep: boolean;
};

const MS_A_MINUTE = 60_000;

/**
 * Runs the whole product and breaks it, round after round, until all faults were planned, the time is over or an
 * invariant was broken. The folder with all logs is kept when one was.
 */
export async function runChaos(
  options: ChaosOptions,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<ChaosReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'signalbox-chaos-'));
  say(`Seed ${options.seed}. Everything that is written lies in ${dataDir}`);
  const world = await startChaosWorld({ dataDir, real: options.realShare > 0 });
  const record = openRecordReader(world);
  const logs = watchLogs(world);
  const report = emptyReport(options, dataDir);
  try {
    const recovery = new RecoveryClock();
    const look = lookInto(world);
    const knownSessions = new Set<string>();
    await runRounds(options, { world, look, record, recovery, knownSessions, signal, say }, logs, report);
    report.recoveries = [...recovery.measured()];
    report.logged = logs.counts();
  } finally {
    record.close();
    await world.stop();
  }
  report.violations.push(...(await leftAfterTheEnd(world)));
  if (report.violations.length === 0 && !options.keep) {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
  return report;
}

async function runRounds(
  options: ChaosOptions,
  deps: RoundDeps,
  logs: LogWatch,
  report: ChaosReport,
): Promise<void> {
  const { faults, faultsARound, firstRound, minutes } = options;
  const until = minutes === null ? Number.POSITIVE_INFINITY : performance.now() + minutes * MS_A_MINUTE;
  const rounds = Math.ceil(faults / faultsARound);
  for (let number = 0; number < rounds; number += 1) {
    if (performance.now() >= until || deps.signal.aborted) return;
    const left = faults - number * faultsARound;
    const plan = planRound({ ...options, faults: Math.min(left, faultsARound) }, firstRound + number);
    const planFile = join(deps.world.dataDir, 'logs', `round-${plan.index}.json`);
    await writeFile(planFile, JSON.stringify(plan, null, 1));
    const result = await runRound(plan, deps);
    result.violations.push(...(await logs.look()));
    takeRound(report, plan, result);
    deps.say(lineOf(plan.index, report, result));
    if (result.violations.length > 0) return;
  }
}

function lineOf(index: number, report: ChaosReport, result: Awaited<ReturnType<typeof runRound>>): string {
  const struck = Object.values(report.struck).reduce((sum, count) => sum + count, 0);
  const ends = Object.entries(result.ends).map(([end, count]) => `${count} ${end}`);
  const seconds = (ms: number) => `${Math.round(ms / 1_000)} s`;
  return [
    `round ${index}: ${struck} faults so far`,
    `${seconds(result.injectMs)} + ${seconds(result.settleMs)}`,
    ends.join(', '),
    `${result.violations.length} violations`,
  ].join('; ');
}

/** When everything was asked to end in order, nothing of it runs any more. */
async function leftAfterTheEnd({ dataDir }: ChaosWorld): Promise<Violation[]> {
  const { findProcesses } = await import('../e2e/harness/find-processes.ts');
  return (await findProcesses(dataDir)).map((command) => ({
    rule: 'process_left',
    where: 'after the end',
    what: command.slice(0, 200),
  }));
}
