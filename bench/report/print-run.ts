import type { Machine, MachineState } from '../machine.ts';
import { COLUMNS, formatMeasure } from './format-measure.ts';
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
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const took = `took ${(benchmark.tookMs / 1_000).toFixed(1)} s; ${stateLine(benchmark)}`;
  return [`\n${benchmark.name}: ${benchmark.title}`, ...lines, ...(benchmark.notes ?? []), took].join('\n');
}
