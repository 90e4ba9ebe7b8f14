/**
 * Writes what is made of the API's description: the client's types and the tables of the documentation.
 *
 *   node scripts/describe.ts            writes them
 *   node scripts/describe.ts --print    prints the description itself
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadDescription } from './api/load-description.ts';
import { makeFiles } from './api/make-files.ts';

const root = resolve(import.meta.dirname, '..');
const description = await loadDescription();

if (process.argv.includes('--print')) {
  process.stdout.write(`${JSON.stringify(description, null, 2)}\n`);
} else {
  for (const [path, text] of makeFiles(description, (path) => readFileSync(resolve(root, path), 'utf8'))) {
    writeFileSync(resolve(root, path), text);
  }
}
