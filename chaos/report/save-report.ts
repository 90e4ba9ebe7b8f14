import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../local/stack/parts.ts';
import type { ChaosReport } from './chaos-report.ts';

/** Keeps a run as JSON. @returns where. */
export async function saveReport(report: ChaosReport): Promise<string> {
  const folder = join(ROOT, 'chaos', 'results');
  await mkdir(folder, { recursive: true });
  const name = `${report.startedAt.replaceAll(':', '-').slice(0, 19)}-seed-${report.options.seed}.json`;
  await writeFile(join(folder, name), `${JSON.stringify(report, null, 2)}\n`);
  return join(folder, name);
}

/** A run that was kept. Its file is our own. */
export async function readReport(path: string): Promise<ChaosReport> {
  return JSON.parse(await readFile(path, 'utf8'));
}
