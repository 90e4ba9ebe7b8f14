import { buildProduct } from '../local/build/build-product.ts';
import { interruptSignal } from '../local/process/interrupt-signal.ts';
import { readChoice } from './read-choice.ts';
import { printReport } from './report/print-report.ts';
import { readReport, saveReport } from './report/save-report.ts';
import { writeDocs } from './report/write-docs.ts';
import { runChaos } from './run-chaos.ts';

const SEEDS = 2 ** 31;

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
  const signal = interruptSignal();
  await buildProduct((line) => console.log(line));
  const say = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
  const report = await runChaos(choice.options, signal, say);
  console.log(`\n${printReport(report)}\n\nKept in ${await saveReport(report)}`);
  if (choice.writeDocs) console.log(`Wrote ${await writeDocs([report])}`);
  return report.violations.length === 0 ? 0 : 1;
}

process.exitCode = await main();
