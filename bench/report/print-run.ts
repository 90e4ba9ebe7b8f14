import type { Machine, MachineState } from '../machine.ts';
import { COLUMNS, formatMeasure } from './format-measure.ts';
import { formatTarget, TARGET_COLUMNS } from './format-targets.ts';
import type { JudgedTarget } from './judge-targets.ts';
import type { MeasuredBenchmark } from './run-record.ts';

/** The machine in one line. */
export function machineLine({ cores, processor, memoryGib, platform, versions, commit }: Machine): string {
  return [
    `${cores} cores (${processor}), ${memoryGib} GiB, ${platform}`,
    `Node ${versions.node}, workerd ${versions.workerd}, Claude Code ${versions.claudeCode}, git ${versions.git}`,
    `commit ${commit}`,
  ].join('; ');
}

/** What the machine did besides, before and after. */
export function stateLine({ before, after }: Pick<MeasuredBenchmark, 'before' | 'after'>): string {
  const both = (pick: (state: MachineState) => number) =>
    `${pick(before).toFixed(2)} before, ${pick(after).toFixed(2)} after`;
  const load = `load average ${both(({ loadAverage }) => loadAverage)}`;
  return `${load}; a synced write of 4 kB in ms: ${both(({ diskSyncMs }) => diskSyncMs)}`;
}

/** A benchmark's table for the terminal. */
export function printBenchmark(benchmark: MeasuredBenchmark): string {
  const rows = [[...COLUMNS] as string[], ...benchmark.measures.map(formatMeasure)];
  const took = `took ${(benchmark.tookMs / 1_000).toFixed(1)} s; ${stateLine(benchmark)}`;
  const { notes = [], bound } = benchmark;
  const bounds = bound === undefined ? [] : [`bound by: ${bound}`];
  return [
    `\n${benchmark.name}: ${benchmark.title}`,
    ...alignColumns(rows, 1),
    ...notes,
    ...bounds,
    took,
  ].join('\n');
}

/** The targets for the terminal; `others` has no room there. */
export function printTargets(judged: readonly JudgedTarget[]): string {
  const shown = TARGET_COLUMNS.slice(0, -1);
  const rows = [[...shown] as string[], ...judged.map((each) => formatTarget(each).slice(0, shown.length))];
  return alignColumns(rows, shown.length).join('\n');
}

/** Pads cells so that columns stand below each other; from column `numbersFrom` on to the right. */
function alignColumns(rows: readonly string[][], numbersFrom: number): string[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column < numbersFrom ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
