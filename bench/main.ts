import { parseArgs } from 'node:util';
import { buildProduct } from '../local/build/build-product.ts';
import type { Benchmark, BenchmarkContext } from './benchmark.ts';
import { createSession } from './jobs/create-session.ts';
import { enqueueToRunner } from './jobs/enqueue-to-runner.ts';
import { describeMachine, stateNow } from './machine.ts';
import { machineLine, printBenchmark } from './report/print-run.ts';
import { writeDocs } from './report/render-docs.ts';
import { type MeasuredBenchmark, type RunRecord, saveRun } from './report/run-record.ts';
import { stdoutToViewer } from './stdout-to-viewer/stdout-to-viewer.ts';
import { webhookToClaude } from './webhook-to-claude/webhook-to-claude.ts';
import { wholeTask } from './whole-task/whole-task.ts';
import { shareWorld } from './world/share-world.ts';

/** Those that share a world first: it is stopped before the others start their own. */
const BENCHMARKS: readonly Benchmark[] = [
  wholeTask,
  createSession,
  enqueueToRunner,
  webhookToClaude,
  stdoutToViewer,
];

const USAGE = `npm run bench [-- name …] [--quick] [--write-docs]

  name          ${BENCHMARKS.map(({ name }) => name).join(', ')} (all of them when left out)
  --quick       fewer samples
  --write-docs  writes docs/benchmarks.md from this run; it must be a whole one`;

type Choice = { chosen: Benchmark[]; quick: boolean; docs: boolean };

function readChoice(): Choice | { help: string; exitCode: number } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      'write-docs': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const unknown = positionals.filter((name) => !BENCHMARKS.some((each) => each.name === name));
  if (values.help) return { help: USAGE, exitCode: 0 };
  if (unknown.length > 0)
    return { help: `There is no benchmark ${unknown.join(', ')}.\n\n${USAGE}`, exitCode: 2 };
  const docs = values['write-docs'];
  if (docs && (values.quick || positionals.length > 0)) {
    return { help: `--write-docs takes all benchmarks and no --quick.\n\n${USAGE}`, exitCode: 2 };
  }
  const chosen = BENCHMARKS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  return { chosen, quick: values.quick, docs };
}

function countFaults({ measures }: MeasuredBenchmark): number {
  return measures.reduce((sum, measure) => sum + (measure.type === 'faults' ? measure.value : 0), 0);
}

async function measure(benchmark: Benchmark, context: BenchmarkContext): Promise<MeasuredBenchmark> {
  const before = await stateNow();
  const startedAt = performance.now();
  const report = await benchmark.run(context);
  const tookMs = Math.round(performance.now() - startedAt);
  return { name: benchmark.name, ...report, tookMs, before, after: await stateNow() };
}

async function measureAll({ chosen, quick }: Choice, signal: AbortSignal): Promise<MeasuredBenchmark[]> {
  const shared = shareWorld();
  const say = (line: string) => console.log(`  ${line}`);
  const measured: MeasuredBenchmark[] = [];
  try {
    for (const benchmark of chosen) {
      console.log(`\n${benchmark.name} …`);
      if (benchmark.world === 'own') await shared.stop();
      const result = await measure(benchmark, { quick, signal, say, plainWorld: shared.get });
      measured.push(result);
      console.log(printBenchmark(result));
    }
    return measured;
  } finally {
    await shared.stop();
  }
}

/** Ctrl+C ends the run at its next sample, so that the processes of the product are ended in order. */
function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => controller.abort(new Error(`The run was ended by ${name}.`)));
  }
  return controller.signal;
}

async function main(): Promise<number> {
  const choice = readChoice();
  if ('help' in choice) {
    console.log(choice.help);
    return choice.exitCode;
  }
  const signal = untilInterrupted();
  const machine = await describeMachine();
  const startedAt = new Date().toISOString();
  console.log(machineLine(machine));
  await buildProduct((line) => console.log(line));
  const benchmarks = await measureAll(choice, signal);
  const run: RunRecord = { startedAt, quick: choice.quick, machine, benchmarks };
  console.log(`\nKept in ${await saveRun(run)}`);
  if (choice.docs) console.log(`Wrote ${await writeDocs(run)}`);
  const faults = run.benchmarks.reduce((sum, benchmark) => sum + countFaults(benchmark), 0);
  if (faults > 0) console.error(`${faults} things happened that must never happen: see above.`);
  return faults === 0 ? 0 : 1;
}

process.exitCode = await main();
