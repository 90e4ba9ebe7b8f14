import { buildProduct } from '../local/build/build-product.ts';
import { readChoice } from './read-choice.ts';
import { printReport } from './report/print-report.ts';
import { readReport, saveReport } from './report/save-report.ts';
import { writeDocs } from './report/write-docs.ts';
import { runChaos } from './run-chaos.ts';

const SEEDS = 2 ** 31;

/** Ctrl+C ends the run after what has begun, so that every process is ended in order; a second one ends it at once. */
function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort();
    });
  }
  return controller.signal;
}

async function main(): Promise<number> {
  const choice = readChoice(process.argv.slice(2), Date.now() % SEEDS);
  if (choice.status === 'help') {
    console.log(choice.text);
    return choice.exitCode;
  }
  if (choice.status === 'write_docs') {
    console.log(`Wrote ${await writeDocs(await Promise.all(choice.results.map(readReport)))}`);
    return 0;
  }
  const signal = untilInterrupted();
  await buildProduct((line) => console.log(line));
  const say = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
  const report = await runChaos(choice.options, signal, say);
  console.log(`\n${printReport(report)}\n\nKept in ${await saveReport(report)}`);
  if (choice.writeDocs) console.log(`Wrote ${await writeDocs([report])}`);
  return report.violations.length === 0 ? 0 : 1;
}

process.exitCode = await main();
