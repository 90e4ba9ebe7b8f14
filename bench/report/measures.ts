import type { Measure, Unit } from '../benchmark.ts';
import { distributionOf, medianOf } from '../stats/distribution.ts';
import type { TargetName } from '../targets.ts';

const HUNDREDTHS = 100;

/** Samples are kept in the results; more than hundredths of a unit is noise. */
const rounded = (value: number): number => Math.round(value * HUNDREDTHS) / HUNDREDTHS;

export function distribution(label: string, samples: readonly number[], unit: Unit = 'ms'): Measure {
  const kept = samples.map(rounded);
  return { type: 'distribution', label, unit, distribution: distributionOf(kept), samples: kept };
}

/** Median over median. Both must have been taken in turns, so that the machine's moods meet both alike. */
export function medianRatio(label: string, ours: readonly number[], theirs: readonly number[]): Measure {
  return { type: 'ratio', label, value: rounded(medianOf(ours) / medianOf(theirs)) };
}

/** The median of a few rounds, each a figure of its own (a rate, a size). */
export function amount(label: string, unit: Unit, samples: readonly number[]): Measure {
  const kept = samples.map(rounded);
  return { type: 'amount', label, unit, value: medianOf(kept), samples: kept };
}

/** Says which targets a measure answers. */
export function aimed(measure: Measure, ...targets: TargetName[]): Measure {
  return { ...measure, targets };
}
