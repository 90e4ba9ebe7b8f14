import type { Measure, Unit } from '../benchmark.ts';

export const COLUMNS = ['what', 'n', 'p50', 'p90', 'p95', 'p99', 'max'] as const;

/** Fewer samples than this can't tell the percentile. */
export const LEAST_SAMPLES = { p50: 1, p90: 10, p95: 20, p99: 100, max: 1 } as const;

/** Below this a tenth matters. */
const SMALL = 20;

function formatAmount(value: number, unit: Unit): string {
  if (unit === 'calls') return String(value);
  const digits = value >= SMALL ? 0 : unit === 'cores' ? 2 : 1;
  const text = value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${text} ${unit}`;
}

/** One row of the table: what it is, then a cell a column. Percentiles that few samples can't tell stay empty. */
export function formatMeasure(measure: Measure): string[] {
  switch (measure.type) {
    case 'distribution': {
      const { distribution } = measure;
      const cell = (name: keyof typeof LEAST_SAMPLES) =>
        distribution.count < LEAST_SAMPLES[name] ? '' : formatAmount(distribution[name], measure.unit);
      const percentiles = [cell('p50'), cell('p90'), cell('p95'), cell('p99'), cell('max')];
      return [measure.label, String(distribution.count), ...percentiles];
    }
    case 'ratio':
      return [measure.label, '', `${measure.value.toFixed(2)} ×`, '', '', '', ''];
    case 'amount': {
      const { samples, unit } = measure;
      const count = samples.length > 1 ? String(samples.length) : '';
      const max = samples.length > 1 ? formatAmount(Math.max(...samples), unit) : '';
      return [measure.label, count, formatAmount(measure.value, unit), '', '', '', max];
    }
    case 'count':
    case 'faults':
      return [measure.label, '', measure.value.toLocaleString('en-US'), '', '', '', ''];
  }
}
