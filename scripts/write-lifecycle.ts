import { readFileSync, writeFileSync } from 'node:fs';

/* Writes the tables of docs/lifecycle.md from what the code does. */

const source = new URL('../worker/session/testing/lifecycle-table.ts', import.meta.url).href;
/** By its address: the Worker is checked with types of its own, which scripts do not have. */
const { inputTable, recoveryTable, stateTable }: Record<string, () => string> = await import(source);

const path = new URL('../docs/lifecycle.md', import.meta.url);
const tables = { states: stateTable?.(), inputs: inputTable?.(), recovery: recoveryTable?.() };
let page = readFileSync(path, 'utf8');
for (const [name, table] of Object.entries(tables)) {
  if (table === undefined) throw new Error(`${source} has no table of ${name}.`);
  const part = new RegExp(`(<!-- ${name}: start -->\n)[\\s\\S]*?(<!-- ${name}: end -->)`);
  page = page.replace(part, (_, start: string, end: string) => `${start}${table}\n${end}`);
}
writeFileSync(path, page);
