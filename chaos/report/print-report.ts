import type { Recovery } from '../inject/recovery-clock.ts';
import { type ChaosReport, type Counts, totalOf } from './chaos-report.ts';

/** The closing report, for people. */
export function printReport(report: ChaosReport): string {
  const { options, rounds, sessions, violations } = report;
  const lines = [
    `Seed ${options.seed}: ${totalOf(report.struck)} faults in ${rounds} rounds, ${sessions} sessions, ${minutes(report)} min.`,
    '',
    'Faults that struck (planned but met nothing; not possible here):',
    ...Object.entries(report.struck)
      .filter(([kind]) => options.kinds.some((wanted) => wanted === kind))
      .map(([kind, count]) => faultLine(report, kind, count)),
    '',
    `How tasks ended: ${countsLine(report.ends)}`,
    `Warnings and errors in the product's logs: ${countsLine(report.logged)}`,
    ...recoveryLines(report.recoveries),
    '',
    ...(violations.length === 0 ? ['No invariant was broken.'] : violationLines(report)),
  ];
  return lines.join('\n');
}

export function minutes({ injectMs, settleMs }: Pick<ChaosReport, 'injectMs' | 'settleMs'>): string {
  return ((injectMs + settleMs) / 60_000).toFixed(1);
}

function faultLine(report: ChaosReport, kind: string, count: number): string {
  const missed = (report.missed as Counts)[kind] ?? 0;
  const impossible = (report.impossible as Counts)[kind] ?? 0;
  return `  ${kind.padEnd(26)} ${String(count).padStart(6)}  (${missed}; ${impossible})`;
}

function countsLine(counts: Counts): string {
  const sorted = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  return sorted.length === 0 ? 'none' : sorted.map(([name, count]) => `${count} ${name}`).join(', ');
}

/** From the kill of a runner until Claude works again, with and without the time that the runner was kept down. */
function recoveryLines(recoveries: readonly Recovery[]): string[] {
  if (recoveries.length === 0) return ['No task had to wait for a killed runner.'];
  return [
    `From SIGKILL of a runner to Claude running again, ${recoveries.length} tasks:`,
    `  in all            ${distribution(recoveries.map(({ totalMs }) => totalMs))}`,
    `  after its restart ${distribution(recoveries.map(({ totalMs, downMs }) => totalMs - downMs))}`,
  ];
}

export function distribution(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  return `p50 ${seconds(at(0.5))}, p90 ${seconds(at(0.9))}, p99 ${seconds(at(0.99))}, longest ${seconds(at(1))}`;
}

const MAX_SHOWN = 40;

function violationLines({ violations, brokenRound, options, dataDir }: ChaosReport): string[] {
  const shown = violations
    .slice(0, MAX_SHOWN)
    .map(({ rule, where, what }) => `  ${rule} · ${where}\n      ${what}`);
  return [
    `${violations.length} INVARIANTS WERE BROKEN in round ${brokenRound}:`,
    ...shown,
    `Logs and the plan of each round: ${dataDir}/logs`,
    `Again: npm run chaos -- --seed ${options.seed} --first-round ${brokenRound ?? 0} --faults ${options.faultsARound}`,
  ];
}
