import type { COUNTERS, CounterName, GAUGES, GaugeName, HISTOGRAMS, HistogramName } from './catalog.ts';

/** As many values as the metric has labels. */
type LabelsOf<Spec extends { labels: readonly string[] }> = Strings<Spec['labels']>;
type Strings<T extends readonly string[]> = { readonly [I in keyof T]: string };

/** Something that happened and is counted once. */
export type Observation =
  | {
      [Name in CounterName]: { name: Name; labels: LabelsOf<(typeof COUNTERS)[Name]>; add: number };
    }[CounterName]
  | {
      [Name in HistogramName]: { name: Name; labels: LabelsOf<(typeof HISTOGRAMS)[Name]>; value: number };
    }[HistogramName];

/**
 * A metric of one set of labels, as an object tells it. `counts` are those of each bucket by itself, the last of what
 * is above all bounds.
 */
export type Sample =
  | { type: 'counter'; name: CounterName; labels: string[]; value: number }
  | { type: 'gauge'; name: GaugeName; labels: string[]; value: number }
  | { type: 'histogram'; name: HistogramName; labels: string[]; counts: number[]; sum: number };

export function count<Name extends CounterName>(
  name: Name,
  labels: LabelsOf<(typeof COUNTERS)[Name]>,
  add = 1,
): Observation {
  // The union has a member for each name; the compiler can't pick it by a type parameter.
  return { name, labels, add } as unknown as Observation;
}

export function observe<Name extends HistogramName>(
  name: Name,
  labels: LabelsOf<(typeof HISTOGRAMS)[Name]>,
  value: number,
): Observation {
  return { name, labels, value } as unknown as Observation;
}

export function gauge<Name extends GaugeName>(
  name: Name,
  labels: LabelsOf<(typeof GAUGES)[Name]>,
  value: number,
): Sample {
  return { type: 'gauge', name, labels: [...labels], value };
}
