import { expect, it } from 'vitest';
import { FAULT_KINDS } from './plan/fault-kinds.ts';
import { printReport } from './report/print-report.ts';
import { runChaos } from './run-chaos.ts';

/** About a minute on two idle cores; a busy machine takes several. */
const LIMIT_MS = 900_000;

it(
  'breaks no invariant while a fixed plan of faults strikes the whole product',
  async () => {
    const lines: string[] = [];
    const report = await runChaos(
      {
        seed: 20,
        faults: 80,
        minutes: null,
        realShare: 0,
        kinds: FAULT_KINDS,
        faultsARound: 80,
        faultsASecond: 4,
        faultsASession: 5,
        firstRound: 0,
        keep: false,
      },
      new AbortController().signal,
      (line) => lines.push(line),
    );
    expect(report.violations, `${lines.join('\n')}\n${printReport(report)}`).toEqual([]);
    expect(Object.values(report.struck).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(40);
  },
  LIMIT_MS,
);
