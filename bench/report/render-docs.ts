import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../local/stack/parts.ts';
import { COLUMNS, formatMeasure } from './format-measure.ts';
import { machineLine, stateLine } from './print-run.ts';
import type { MeasuredBenchmark, RunRecord } from './run-record.ts';

const INTRODUCTION = `# Benchmarks

\`npm run bench\` measures the product on your machine. This page is written by \`npm run bench -- --write-docs\`; it
shows one run, and every ratio in it was taken in that run, side by side. Absolute times belong to the machine below.

Everything is real but the two far sides: GitHub is a double on the same machine (with real git over HTTP), the
model is a script that answers at once. A model that thinks takes longer for both sides of a comparison, so ratios
of whole tasks come nearer to 1 than here. Clients, viewers and both doubles share the cores with the product.

\`\`\`sh
npm run bench                      # everything, below four minutes
npm run bench -- --quick           # fewer samples, about a minute
npm run bench -- stdout-to-viewer  # by name
\`\`\`

Results are kept with all their samples as JSON in \`bench/results/\`. Percentiles are nearest-rank; those that too few
samples can't tell are left out.
`;

function section(benchmark: MeasuredBenchmark): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const table = [
    row(COLUMNS),
    row(COLUMNS.map((_, column) => (column === 0 ? '---' : '--:'))),
    ...benchmark.measures.map((measure) => row(formatMeasure(measure))),
  ];
  const heading = `## ${benchmark.title} (\`${benchmark.name}\`)`;
  const { method, notes = [] } = benchmark;
  return [heading, ...method, table.join('\n'), ...notes, `Machine: ${stateLine(benchmark)}.`].join('\n\n');
}

/** The page as Markdown. */
export function renderDocs(run: RunRecord): string {
  const taken = `Taken ${run.startedAt.slice(0, 10)} on ${machineLine(run.machine)}.`;
  return `${[INTRODUCTION.trimEnd(), taken, ...run.benchmarks.map(section)].join('\n\n')}\n`;
}

/** Writes `docs/benchmarks.md` from a run and returns its path. */
export async function writeDocs(run: RunRecord): Promise<string> {
  const file = join(ROOT, 'docs', 'benchmarks.md');
  await writeFile(file, renderDocs(run));
  return file;
}
