import { access } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { type Annotation, type GateSummary, MAX_GATE_ANNOTATIONS } from '../../protocol/gates.ts';
import { parseAnnotations } from './parse-annotations.ts';
import { readReports } from './reports/read-reports.ts';
import type { Finding } from './reports/report.ts';

/** Of the output, before those are left out that name no file. */
const MAX_CANDIDATES = 500;

type Place = { cwd: string; folder: string; sinceMs: number };

export type Findings = {
  annotations: Annotation[];
  cut: boolean;
  tests: GateSummary['tests'];
  troubles: string[];
};

/** What a gate found, from its reports first and then from its output, at files that are there. */
export async function collectFindings(
  output: string,
  patterns: readonly string[],
  place: Place,
): Promise<Findings> {
  const { reports, troubles } = await readReports(patterns, place);
  const said = parseAnnotations(output, MAX_CANDIDATES);
  const placed = new Map<string, Annotation>();
  let cut = said.cut;
  for (const finding of [...reports.flatMap(({ findings }) => findings), ...said.found]) {
    const path = await pathInRepository(finding.path, place);
    if (path === null) continue;
    const key = `${path}:${finding.line}`;
    // A report says it best; the output often repeats it.
    if (placed.has(key)) continue;
    if (placed.size === MAX_GATE_ANNOTATIONS) {
      cut = true;
      break;
    }
    placed.set(key, bounded({ ...finding, path }));
  }
  const counts = reports.flatMap(({ tests }) => tests ?? []);
  return {
    annotations: [...placed.values()],
    cut,
    tests: counts.length === 0 ? null : sumOf(counts),
    troubles,
  };
}

function sumOf(counts: NonNullable<GateSummary['tests']>[]): NonNullable<GateSummary['tests']> {
  const sum = (name: 'total' | 'failed' | 'skipped') => counts.reduce((all, one) => all + one[name], 0);
  return { total: sum('total'), failed: sum('failed'), skipped: sum('skipped') };
}

/** As the repository names it; null when there is no such file in it. */
async function pathInRepository(path: string, { cwd, folder }: Place): Promise<string | null> {
  const places = isAbsolute(path) ? [path] : [join(cwd, path), join(folder, path)];
  for (const place of places) {
    const name = relative(folder, place);
    if (name === '' || name.startsWith('..') || isAbsolute(name) || name.length > 500) continue;
    if (await exists(place)) return name;
  }
  return null;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

function bounded({ path, line, column, level, message }: Finding): Annotation {
  return { path, line, column, level, message: message.slice(0, 1_000).toWellFormed() || 'A finding' };
}
