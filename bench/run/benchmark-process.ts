/** One benchmark in a process of its own; its result goes to the parent as a message. */
import { stateNow } from '../machine.ts';
import type { BenchmarkResult } from '../report/run-record.ts';
import { BENCHMARKS } from './benchmarks.ts';

const [name, option] = process.argv.slice(2);
const benchmark = BENCHMARKS.find((each) => each.name === name);
if (benchmark === undefined) throw new Error(`There is no benchmark ${name}.`);

const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Ctrl+C reaches this process too; the parent decides what it means and follows with a SIGTERM.
  process.on(signal, () => controller.abort(new Error(`The benchmark was ended by ${signal}.`)));
}

/** Everything that the error and its causes say. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${describe(error.cause)})`;
}

const startedAt = performance.now();
const tookMs = () => Math.round(performance.now() - startedAt);

async function measure(): Promise<BenchmarkResult> {
  if (benchmark === undefined) throw new Error('There is no benchmark.');
  try {
    const before = await stateNow();
    const report = await benchmark.run({
      quick: option === '--quick',
      signal: controller.signal,
      say: (line) => console.log(`  ${line}`),
    });
    return {
      status: 'measured',
      name: benchmark.name,
      ...report,
      tookMs: tookMs(),
      before,
      after: await stateNow(),
    };
  } catch (error) {
    console.error(error);
    return { status: 'failed', name: benchmark.name, tookMs: tookMs(), message: describe(error) };
  }
}

const result = await measure();
process.send?.(result, () => process.exit(0));
