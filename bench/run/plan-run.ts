import type { BenchmarkResult, RunRecord } from '../report/run-record.ts';
import type { Choice } from './read-choice.ts';

export type RunPlan =
  | { status: 'planned' /** What stays of the last run. */; kept: BenchmarkResult[]; names: string[] }
  | { status: 'refused'; why: string };

/**
 * What there is to do. A resumed run keeps what the last one measured and takes the rest; names ask for a benchmark
 * again. Figures of different commits or machines don't belong on one page. Pure.
 */
export function planRun(
  choice: Choice,
  askedByName: boolean,
  last: RunRecord | null,
  commit: string,
): RunPlan {
  if (!choice.resume) return { status: 'planned', kept: [], names: choice.names };
  if (last === null) return { status: 'refused', why: 'There is no run to go on with.' };
  if (last.machine.commit !== commit) {
    return {
      status: 'refused',
      why: `The last run is of ${last.machine.commit}; the checkout is at ${commit}.`,
    };
  }
  if (last.quick !== choice.quick) {
    return { status: 'refused', why: 'The last run and this one must both be --quick, or neither.' };
  }
  const measured = new Set(
    last.benchmarks.filter(({ status }) => status === 'measured').map(({ name }) => name),
  );
  const names = askedByName ? choice.names : choice.names.filter((name) => !measured.has(name));
  return { status: 'planned', kept: last.benchmarks.filter(({ name }) => !names.includes(name)), names };
}
