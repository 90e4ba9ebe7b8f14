import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../local/stack/parts.ts';
import { COLUMNS, formatMeasure } from './format-measure.ts';
import { formatTarget, TARGET_COLUMNS } from './format-targets.ts';
import { judgeTargets } from './judge-targets.ts';
import { machineLine, stateLine } from './print-run.ts';
import type { BenchmarkResult, RunRecord } from './run-record.ts';

const INTRODUCTION = `# Benchmarks

\`npm run bench\` measures the product on your machine. This page is written by \`npm run bench -- --write-docs\`; it
shows one run, and every ratio in it was taken in that run, side by side. Absolute times belong to the machine below.`;

const METHOD = `Everything is real but the two far sides: GitHub is a double on the same machine (with real git over HTTP), the
model is a script that answers at once. A model that thinks takes longer for both sides of a comparison, so ratios
of whole tasks come nearer to 1 than here. Clients, viewers, both doubles and the baselines share the cores with the
product. The Worker runs under workerd, without \`wrangler dev\`, whose proxy and tracing cost more than the product.

\`\`\`sh
npm run bench                      # everything, about a quarter of an hour
npm run bench -- --quick           # fewer samples and smaller crowds
npm run bench -- stdout-to-viewer  # by name
npm run bench -- --resume          # goes on with the last run: what failed or was not reached
\`\`\`

Each benchmark runs in a process of its own, so that one that fails or hangs takes no other with it. Results are kept
with all their samples as JSON in \`bench/results/\`. Percentiles are nearest-rank; those that too few samples can't tell
are left out. Baselines (BullMQ with Redis, socket.io and plain HTTP with Postgres) use the \`redis-server\` and the
Postgres that this machine has, in a temporary folder, with every commit synced to disk; where one is missing, its rows
are missing.`;

/** Between the table of targets and what was measured. */
const OTHERS = `The last column is what others were measured to do elsewhere, on a machine of this size and as they come. Where a
benchmark below has such a baseline, it ran here, in turns with the product and with every write synced to disk: that is
the one to compare with. [Decision 19](decisions/0019-what-two-cores-do-not-reach.md) says of each target that is missed why
it is, and what was not done for it.`;

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

function table(columns: readonly string[], rows: readonly string[][], textColumns: number): string {
  const rule = columns.map((_, column) => (column < textColumns ? '---' : '--:'));
  return [row(columns), row(rule), ...rows.map(row)].join('\n');
}

function section(benchmark: BenchmarkResult): string {
  if (benchmark.status === 'failed') {
    return `## \`${benchmark.name}\`\n\nFailed in this run: ${benchmark.message}`;
  }
  const heading = `## ${benchmark.title} (\`${benchmark.name}\`)`;
  const { method, notes = [], bound } = benchmark;
  const figures = table(COLUMNS, benchmark.measures.map(formatMeasure), 1);
  const bounds = bound === undefined ? [] : [`**What bounds it.** ${bound}`];
  const machine = `Machine: ${stateLine(benchmark)}.`;
  return [heading, ...method, figures, ...notes, ...bounds, machine].join('\n\n');
}

/** The page as Markdown. */
export function renderDocs(run: RunRecord): string {
  const taken = `Taken ${run.startedAt.slice(0, 10)} on ${machineLine(run.machine)}.`;
  const judged = judgeTargets(run.benchmarks);
  const reached = judged.filter(({ verdict }) => verdict.status === 'reached').length;
  const failed = run.benchmarks.filter(({ status }) => status === 'failed').map(({ name }) => name);
  const parts = [
    INTRODUCTION,
    taken,
    `## How far each number is from its target\n\n${reached} of ${judged.length} are reached.`,
    table(TARGET_COLUMNS, judged.map(formatTarget), 1),
    OTHERS,
    ...(failed.length === 0 ? [] : [`Failed in this run, and missing above: ${failed.join(', ')}.`]),
    'That nothing is lost or doubled under faults (kills, cuts, restarts, duplicates) is shown by `npm run chaos`.',
    `## How it is measured\n\n${METHOD}`,
    ...run.benchmarks.map(section),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Writes `docs/benchmarks.md` from a run and returns its path. */
export async function writeDocs(run: RunRecord): Promise<string> {
  const file = join(ROOT, 'docs', 'benchmarks.md');
  await writeFile(file, renderDocs(run));
  return file;
}
