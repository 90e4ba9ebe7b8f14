import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { inputTable, recoveryTable, stateTable } from './testing/lifecycle-table.ts';

const docs = readFileSync(new URL('../../docs/lifecycle.md', import.meta.url).pathname, 'utf8');

/** `node scripts/write-lifecycle.ts` writes them. */
it.each([
  ['states', stateTable],
  ['inputs', inputTable],
  ['recovery', recoveryTable],
])('docs/lifecycle.md shows the %s as they are', (name, table) => {
  const part = new RegExp(`<!-- ${name}: start -->\n([\\s\\S]*?)\n<!-- ${name}: end -->`);
  expect(part.exec(docs)?.[1]).toBe(table());
});
