import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { Description } from './load-description.ts';
import { writeOperations } from './write-operations.ts';
import { replaceBetween, writeProblems, writeTable } from './write-table.ts';

const CLIENT_TYPES = 'protocol/api/operations.ts';
const API_DOCS = 'docs/api.md';

const FORMAT_DEADLINE_MS = 60_000;

/** The files that are made of the description, as they should be. */
export function makeFiles(
  description: Description,
  read: (path: string) => string,
): [path: string, text: string][] {
  const docs = replaceBetween(read(API_DOCS), 'calls', writeTable(description));
  return [
    [CLIENT_TYPES, format(writeOperations(description))],
    [API_DOCS, replaceBetween(docs, 'problems', writeProblems(description))],
  ];
}

/** As the whole repository is formatted. */
function format(text: string): string {
  const root = resolve(import.meta.dirname, '../..');
  const biome = resolve(root, 'node_modules/.bin/biome');
  return execFileSync(biome, ['format', `--stdin-file-path=${CLIENT_TYPES}`], {
    cwd: root,
    input: text,
    encoding: 'utf8',
    timeout: FORMAT_DEADLINE_MS,
    maxBuffer: 50_000_000,
  });
}
