import { buildProduct } from '../local/build/build-product.ts';
import { interruptSignal } from '../local/process/interrupt-signal.ts';
import { describeMachine } from './machine.ts';
import { judgeTargets } from './report/judge-targets.ts';
import { machineLine, printBenchmark, printTargets } from './report/print-run.ts';
import { writeDocs } from './report/render-docs.ts';
import { type BenchmarkResult, type RunRecord, readLastRun, saveRun } from './report/run-record.ts';
import { awaitCalmDisk } from './run/await-calm-disk.ts';
import { BENCHMARKS } from './run/benchmarks.ts';
import { planRun } from './run/plan-run.ts';
import { type Choice, readChoice } from './run/read-choice.ts';
import { removeFolders, runBenchmark } from './run/run-benchmark.ts';

const NAMES = BENCHMARKS.map(({ name }) => name);

function countFaults(result: BenchmarkResult): number {
  if (result.status === 'failed') return 0;
  return result.measures.reduce((sum, measure) => sum + (measure.type === 'faults' ? measure.value : 0), 0);
}

/** Takes the benchmarks one after another and keeps the run after each: what is measured is not lost again. */
async function measureAll(run: RunRecord, names: readonly string[], signal: AbortSignal): Promise<void> {
  const { quick } = run;
  const used: string[] = [];
  for (const { name, limitMs, folder } of BENCHMARKS) {
    if (!names.includes(name) || signal.aborted) continue;
    console.log(`\n${name} …`);
    await awaitCalmDisk(signal, (line) => console.log(`  ${line}`));
    const result = await runBenchmark({ name, limitMs, folder, quick, signal, used });
    if (signal.aborted && result.status === 'failed') break;
    run.benchmarks.push(result);
    run.benchmarks.sort((a, b) => NAMES.indexOf(a.name) - NAMES.indexOf(b.name));
    await saveRun(run);
    console.log(result.status === 'measured' ? printBenchmark(result) : `${name} FAILED: ${result.message}`);
  }
  await removeFolders(used);
}

/** 0 when everything was measured and nothing happened that must never happen. */
async function conclude(run: RunRecord, choice: Choice): Promise<number> {
  console.log(`\n${printTargets(judgeTargets(run.benchmarks))}`);
  console.log(`\nKept in ${await saveRun(run)}`);
  const missing = NAMES.filter((name) => !run.benchmarks.some((each) => each.name === name));
  if (choice.docs && missing.length > 0) {
    console.error(`No page was written: ${missing.join(', ')} not run. Go on with --resume --write-docs.`);
    return 1;
  }
  if (choice.docs) console.log(`Wrote ${await writeDocs(run)}`);
  const failed = run.benchmarks.filter(({ status }) => status === 'failed').map(({ name }) => name);
  if (failed.length > 0) console.error(`Failed: ${failed.join(', ')}. Try them again with --resume.`);
  const faults = run.benchmarks.reduce((sum, result) => sum + countFaults(result), 0);
  if (faults > 0) console.error(`${faults} things happened that must never happen: see above.`);
  return failed.length === 0 && faults === 0 ? 0 : 1;
}

async function main(args: readonly string[]): Promise<number> {
  const choice = readChoice(args, NAMES);
  if ('help' in choice) {
    console.log(choice.help);
    return choice.exitCode;
  }
  const signal = interruptSignal();
  const machine = await describeMachine();
  const last = choice.resume ? await readLastRun() : null;
  const plan = planRun(choice, choice.names.length < NAMES.length, last, machine.commit);
  if (plan.status === 'refused') {
    console.error(plan.why);
    return 2;
  }
  console.log(machineLine(machine));
  await buildProduct((line) => console.log(line));
  const startedAt = last?.startedAt ?? new Date().toISOString();
  const run: RunRecord = { startedAt, quick: choice.quick, machine, benchmarks: plan.kept };
  await measureAll(run, plan.names, signal);
  return conclude(run, choice);
}

process.exitCode = await main(process.argv.slice(2));
