import { constants } from 'node:fs';
import { glob, open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { parseJUnit } from './parse-junit.ts';
import { parseSarif } from './parse-sarif.ts';
import type { Report } from './report.ts';

/** A report of a large test run has some megabytes. */
const MAX_REPORT_BYTES = 10_000_000;
const MAX_REPORTS = 50;

export type ReadReports = {
  reports: Report[] /** What could not be read, for people. */;
  troubles: string[];
};

/**
 * Reads the reports that a command has written since it began: an older file tells of another state.
 *
 * @param cwd where the command ran; the patterns begin there
 * @param folder nothing outside of it is read, wherever a link leads
 */
export async function readReports(
  patterns: readonly string[],
  { cwd, folder, sinceMs }: { cwd: string; folder: string; sinceMs: number },
): Promise<ReadReports> {
  const reports: Report[] = [];
  const troubles: string[] = [];
  for (const pattern of patterns) {
    const paths = await namesOf(pattern, cwd);
    if (paths.length === 0) troubles.push(`No file fits "${pattern}".`);
    for (const path of paths) {
      const read = await readReport(join(cwd, path), folder, sinceMs);
      if ('report' in read) reports.push(read.report);
      else troubles.push(`${path} ${read.trouble}.`);
    }
  }
  return { reports, troubles };
}

async function namesOf(pattern: string, cwd: string): Promise<string[]> {
  const found: string[] = [];
  for await (const path of glob(pattern, { cwd, exclude: (name) => name === '.git' })) {
    found.push(path);
    if (found.length === MAX_REPORTS) break;
  }
  return found.sort();
}

async function readReport(
  path: string,
  folder: string,
  sinceMs: number,
): Promise<{ report: Report } | { trouble: string }> {
  try {
    const real = await realpath(path);
    if (!real.startsWith(`${await realpath(folder)}${sep}`)) return { trouble: 'leads out of the folder' };
    const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) return { trouble: 'is no file' };
      if (stat.size > MAX_REPORT_BYTES) return { trouble: 'is too large' };
      if (stat.mtimeMs < sinceMs) return { trouble: 'is older than this run' };
      const text = await file.readFile('utf8');
      const report = text.trimStart().startsWith('<') ? parseJUnit(text) : parseSarif(text);
      return report === null ? { trouble: 'is neither JUnit XML nor SARIF' } : { report };
    } finally {
      await file.close();
    }
  } catch (error) {
    return { trouble: `can't be read (${error instanceof Error ? error.message : String(error)})` };
  }
}
