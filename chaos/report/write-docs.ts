import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../local/stack/parts.ts';
import { type ChaosReport, sumOf, totalOf } from './chaos-report.ts';
import { distribution, minutes } from './print-report.ts';

const GIB = 2 ** 30;

/** Writes the page about one or several long runs of the same build. @returns its path. */
export async function writeDocs(reports: readonly ChaosReport[]): Promise<string> {
  const path = join(ROOT, 'docs', 'chaos.md');
  await writeFile(path, renderDocs(reports));
  return path;
}

export function renderDocs(reports: readonly ChaosReport[]): string {
  const { struck, rounds, sessions, ends, violations, recoveries, ...report } = sumOf(reports);
  const seeds = [...new Set(reports.map(({ options }) => options.seed))];
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / GIB)} GiB`;
  const total = totalOf(struck);
  return `# Faults

This page is written by \`npm run chaos -- --faults N --seed S --write-docs\` from a long run, or with
\`--docs-from\` from the results of several. What is broken, how, and what is
checked afterwards is described in [chaos/README.md](../chaos/README.md).

${total.toLocaleString('en')} faults in ${rounds} rounds and ${minutes(report)} minutes while ${sessions.toLocaleString('en')} sessions ran, ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}, on ${machine}:
**${violations.length === 0 ? 'no invariant was broken' : `${violations.length} invariants were broken`}**.
${reports.map(describeBroken).join('')}
| fault | times |
| --- | ---: |
${Object.entries(struck)
  .filter(([, count]) => count > 0)
  .map(([kind, count]) => `| \`${kind}\` | ${count} |`)
  .join('\n')}

How tasks ended:

| end | tasks |
| --- | ---: |
${Object.entries(ends)
  .toSorted(([, a], [, b]) => b - a)
  .map(([end, count]) => `| ${end} | ${count} |`)
  .join('\n')}

From SIGKILL of a runner until Claude works on the task again (${recoveries.length} tasks):

| | |
| --- | --- |
| in all, with the time that the runner was kept down | ${distribution(recoveries.map(({ totalMs }) => totalMs))} |
| from the runner's restart on | ${distribution(recoveries.map(({ totalMs, downMs }) => totalMs - downMs))} |
`;
}

/** What a run ended at, which is nothing when all of its rounds held. */
function describeBroken({ options, brokenRound, violations }: ChaosReport): string {
  if (brokenRound === null) return '';
  const rules = [...new Set(violations.map(({ rule }) => `\`${rule}\``))].join(', ');
  return `
Seed ${options.seed} ended at round ${brokenRound} (${rules}). What was behind it stands in
[chaos/README.md](../chaos/README.md#what-long-runs-found).
`;
}
