/** Fewer samples than this say nothing, however slow the machine is. */
const LEAST_SAMPLES = 3;

export type SamplePlan = {
  count: number;
  /** No further sample begins after this, so that a slow machine gives fewer samples rather than a longer run. */
  budgetMs: number;
  signal: AbortSignal;
};

/** Takes samples one after another. The number that `sample` gets counts up from 0. */
export async function takeSamples<T>(plan: SamplePlan, sample: (index: number) => Promise<T>): Promise<T[]> {
  const startedAt = performance.now();
  const samples: T[] = [];
  while (samples.length < plan.count) {
    plan.signal.throwIfAborted();
    const isLate = performance.now() - startedAt > plan.budgetMs;
    if (isLate && samples.length >= LEAST_SAMPLES) break;
    samples.push(await sample(samples.length));
  }
  return samples;
}
