import type { AccountKey } from '../../protocol/ids.ts';
import { COUNTERS, DEPLOYMENT_GAUGES, type DeploymentGaugeName, GAUGES, HISTOGRAMS } from './catalog.ts';
import type { Sample } from './observation.ts';
import type { Family, Label, Series } from './write-exposition.ts';

export type AccountSamples = { account: AccountKey; samples: readonly Sample[] };
export type DeploymentSample = { name: DeploymentGaugeName; labels: readonly string[]; value: number };

type Spec = { help: string; labels: readonly string[]; bounds?: readonly number[] };

/**
 * Puts what the objects of all accounts tell under the names of the catalogue, in its order. Two objects of an account
 * that tell the same counter are added up.
 */
export function gatherFamilies(
  accounts: readonly AccountSamples[],
  deployment: readonly DeploymentSample[],
): Family[] {
  const byName = new Map<string, Map<string, Series>>();
  for (const { account, samples } of accounts) {
    for (const sample of samples) addSample(byName, account, sample);
  }
  const families = [
    ...familiesOf('counter', COUNTERS, byName),
    ...familiesOf('histogram', HISTOGRAMS, byName),
    ...familiesOf('gauge', GAUGES, byName),
  ];
  const ofDeployment = Object.entries<Spec>(DEPLOYMENT_GAUGES).map(([name, { help, labels }]): Family => {
    const series = deployment
      .filter((sample) => sample.name === name)
      .map((sample) => ({ labels: labelsOf(labels, sample.labels), value: sample.value }));
    return { name, type: 'gauge', help, series };
  });
  return [...families, ...ofDeployment];
}

function familiesOf(
  type: Family['type'],
  specs: Record<string, Spec>,
  byName: ReadonlyMap<string, ReadonlyMap<string, Series>>,
): Family[] {
  return Object.entries(specs).map(([name, { help }]) => ({
    name,
    type,
    help,
    series: [...(byName.get(name)?.values() ?? [])],
  }));
}

function addSample(byName: Map<string, Map<string, Series>>, account: AccountKey, sample: Sample): void {
  const series = byName.get(sample.name) ?? new Map<string, Series>();
  byName.set(sample.name, series);
  const key = JSON.stringify([account, sample.labels]);
  const next = seriesOf(account, sample);
  const known = series.get(key);
  series.set(key, known === undefined ? next : sumOf(known, next));
}

function seriesOf(account: AccountKey, sample: Sample): Series {
  const named = (spec: Spec): Label[] => [['account', account], ...labelsOf(spec.labels, sample.labels)];
  switch (sample.type) {
    case 'counter':
      return { labels: named(COUNTERS[sample.name]), value: sample.value };
    case 'gauge':
      return { labels: named(GAUGES[sample.name]), value: sample.value };
    case 'histogram': {
      const spec = HISTOGRAMS[sample.name];
      return { labels: named(spec), bounds: spec.bounds, counts: sample.counts, sum: sample.sum };
    }
  }
}

function sumOf(a: Series, b: Series): Series {
  if ('value' in a && 'value' in b) return { ...a, value: a.value + b.value };
  if ('counts' in a && 'counts' in b) {
    return { ...a, counts: a.counts.map((n, i) => n + (b.counts[i] ?? 0)), sum: a.sum + b.sum };
  }
  return b;
}

function labelsOf(names: readonly string[], values: readonly string[]): Label[] {
  return names.map((name, i) => [name, values[i] ?? '']);
}
