import type { Measure } from '../benchmark.ts';

export const COLUMNS = ['what', 'n', 'p50', 'p90', 'p95', 'p99', 'max'] as const;

/** Below this a tenth matters. */
const SMALL_MS = 20;

function amount(value: number, unit: 'ms' | 'calls'): string {
  if (unit === 'calls') return String(value);
  return `${value < SMALL_MS ? value.toFixed(1) : Math.round(value)} ms`;
}

/** One row of the table: what it is, then a cell a column. Percentiles that few samples can't tell stay empty. */
export function formatMeasure(measure: Measure): string[] {
  switch (measure.type) {
    case 'distribution': {
      const { count, p50, p90, p95, p99, max } = measure.distribution;
      const cell = (value: number, leastCount: number) =>
        count < leastCount ? '' : amount(value, measure.unit);
      return [
        measure.label,
        String(count),
        cell(p50, 1),
        cell(p90, 10),
        cell(p95, 20),
        cell(p99, 100),
        cell(max, 1),
      ];
    }
    case 'ratio':
      return [measure.label, '', `${measure.value.toFixed(2)} ×`, '', '', '', ''];
    case 'count':
    case 'faults':
      return [measure.label, '', String(measure.value), '', '', '', ''];
  }
}
