import { z } from 'zod';
import { COUNTERS, type CounterName, HISTOGRAMS, type HistogramName, MAX_SERIES } from './catalog.ts';
import type { Observation, Sample } from './observation.ts';

/** Takes the place of a value of an open label beyond `MAX_SERIES`. */
const OTHER = 'other';

/** Longer names say nothing more on a dashboard. */
const MAX_LABEL_CHARS = 100;

const labelsSchema = z.array(z.string());
const countsSchema = z.array(z.number());

type SeriesRow = { name: string; labels: string; sum: number; counts: string };

/** Counters and histograms in an object's SQLite: they survive it, and grow with each observation. */
export class MetricStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`CREATE TABLE IF NOT EXISTS metric_series (
      name TEXT NOT NULL, labels TEXT NOT NULL, sum REAL NOT NULL, counts TEXT NOT NULL,
      PRIMARY KEY (name, labels)) WITHOUT ROWID`);
  }

  add(observations: readonly Observation[]): void {
    for (const seen of observations) {
      const labels = this.#labelsFor(seen);
      if ('add' in seen) this.#write(seen.name, labels, seen.add, '[]');
      else this.#write(seen.name, labels, seen.value, this.#countsWith(seen.name, labels, seen.value));
    }
  }

  read(): Sample[] {
    return this.#sql
      .exec<SeriesRow>('SELECT name, labels, sum, counts FROM metric_series ORDER BY name, labels')
      .toArray()
      .flatMap(sampleOf);
  }

  #write(name: string, labels: string, add: number, counts: string): void {
    this.#sql.exec(
      `INSERT INTO metric_series (name, labels, sum, counts) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (name, labels) DO UPDATE SET sum = sum + ?3, counts = ?4`,
      name,
      labels,
      add,
      counts,
    );
  }

  #countsWith(name: HistogramName, labels: string, value: number): string {
    const { bounds } = HISTOGRAMS[name];
    const [row] = this.#sql
      .exec<{ counts: string }>(
        'SELECT counts FROM metric_series WHERE name = ? AND labels = ?',
        name,
        labels,
      )
      .toArray();
    const counts = row === undefined ? [] : countsSchema.parse(JSON.parse(row.counts));
    const bucket = bounds.findIndex((bound) => value <= bound);
    const at = bucket === -1 ? bounds.length : bucket;
    return JSON.stringify(
      Array.from({ length: bounds.length + 1 }, (_, i) => (counts[i] ?? 0) + (i === at ? 1 : 0)),
    );
  }

  /** A model names its tools: neither their length nor their number may grow without bound. */
  #labelsFor(seen: Observation): string {
    const values = seen.labels.map((value) => value.slice(0, MAX_LABEL_CHARS));
    const spec: { labels: readonly string[]; open?: string } =
      'add' in seen ? COUNTERS[seen.name] : HISTOGRAMS[seen.name];
    const labels = JSON.stringify(values);
    if (spec.open === undefined || this.#knows(seen.name, labels)) return labels;
    const { n } = this.#sql
      .exec<{ n: number }>('SELECT COUNT(*) AS n FROM metric_series WHERE name = ?', seen.name)
      .one();
    if (n < MAX_SERIES) return labels;
    return JSON.stringify(values.map((value, i) => (spec.labels[i] === spec.open ? OTHER : value)));
  }

  #knows(name: string, labels: string): boolean {
    const rows = this.#sql.exec('SELECT 1 FROM metric_series WHERE name = ? AND labels = ?', name, labels);
    return rows.toArray().length > 0;
  }
}

/** Names of an earlier build that no longer exist are left out. */
function sampleOf({ name, labels, sum, counts }: SeriesRow): Sample[] {
  const values = labelsSchema.parse(JSON.parse(labels));
  if (isCounter(name)) return [{ type: 'counter', name, labels: values, value: sum }];
  if (!isHistogram(name)) return [];
  return [{ type: 'histogram', name, labels: values, counts: countsSchema.parse(JSON.parse(counts)), sum }];
}

const isCounter = (name: string): name is CounterName => Object.hasOwn(COUNTERS, name);
const isHistogram = (name: string): name is HistogramName => Object.hasOwn(HISTOGRAMS, name);
