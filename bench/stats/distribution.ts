export type Distribution = {
  count: number;
  min: number;
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  max: number;
};

/**
 * The nearest-rank percentile: the smallest sample that at least `percent` % of all samples do not exceed. It is
 * always one of the samples, so that few samples invent no values between them.
 *
 * @param sorted samples in ascending order, at least one.
 * @param percent above 0, up to 100.
 * @throws RangeError when there are no samples or `percent` is out of range.
 */
export function percentile(sorted: readonly number[], percent: number): number {
  if (!(percent > 0 && percent <= 100)) throw new RangeError(`Not a percentile: ${percent}`);
  const value = sorted[Math.ceil((percent / 100) * sorted.length) - 1];
  if (value === undefined) throw new RangeError('There are no samples to take a percentile of.');
  return value;
}

/** @throws RangeError when there are no samples. */
export function distributionOf(samples: readonly number[]): Distribution {
  const sorted = samples.toSorted((left, right) => left - right);
  return {
    count: sorted.length,
    min: sorted[0] ?? percentile(sorted, 100),
    p50: percentile(sorted, 50),
    p90: percentile(sorted, 90),
    p95: percentile(sorted, 95),
    p99: percentile(sorted, 99),
    max: percentile(sorted, 100),
  };
}

/** @throws RangeError when there are no samples. */
export function medianOf(samples: readonly number[]): number {
  return distributionOf(samples).p50;
}
