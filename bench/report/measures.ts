import type { Measure } from '../benchmark.ts';
import { distributionOf, medianOf } from '../stats/distribution.ts';

const HUNDREDTHS = 100;

/** Samples are kept in the results; more than hundredths of a millisecond is noise. */
const rounded = (value: number): number => Math.round(value * HUNDREDTHS) / HUNDREDTHS;

export function distribution(
  label: string,
  samples: readonly number[],
  unit: 'ms' | 'calls' = 'ms',
): Measure {
  const kept = samples.map(rounded);
  return { type: 'distribution', label, unit, distribution: distributionOf(kept), samples: kept };
}

/** Median over median. Both must have been taken in turns, so that the machine's moods meet both alike. */
export function medianRatio(label: string, ours: readonly number[], theirs: readonly number[]): Measure {
  return { type: 'ratio', label, value: rounded(medianOf(ours) / medianOf(theirs)) };
}
