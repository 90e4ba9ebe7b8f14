import { readFileSync, writeFileSync } from 'node:fs';
import { inputTable, recoveryTable, stateTable } from '../worker/session/testing/lifecycle-table.ts';

/* Writes the tables of docs/lifecycle.md from what the code does. */

const path = new URL('../docs/lifecycle.md', import.meta.url);
const tables = { states: stateTable(), inputs: inputTable(), recovery: recoveryTable() };
let page = readFileSync(path, 'utf8');
for (const [name, table] of Object.entries(tables)) {
  const part = new RegExp(`(<!-- ${name}: start -->\n)[\\s\\S]*?(<!-- ${name}: end -->)`);
  page = page.replace(part, (_, start: string, end: string) => `${start}${table}\n${end}`);
}
writeFileSync(path, page);
