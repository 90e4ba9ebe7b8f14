#!/usr/bin/env node
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { answer, INIT, result, serve } from './stand-in.mjs';

/*
 * Prints 100 MB, as fast as it is read: 400 texts of 100 KB that count up, 50 outputs of a tool of 1 MB, one of
 * 10 MB. Then it leaves a file in its working folder, so that a test knows when all of it was read.
 */
const TEXTS = 400;
const OUTPUTS = 50;
const RESULT = result('All is printed.');

async function print(line) {
  if (!process.stdout.write(`${JSON.stringify(line)}\n`)) await once(process.stdout, 'drain');
}

const use = (id) => ({
  ...answer(''),
  message: {
    ...answer('').message,
    content: [{ type: 'tool_use', id, name: 'Bash', input: { command: 'x' } }],
  },
});
const output = (id, content) => ({
  type: 'user',
  message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content }] },
  parent_tool_use_id: null,
  session_id: 'stand-in',
});

/** Words, so that a search for secrets has real work. */
const filler = (n, bytes) => `${n}: ${'the quick brown fox jumps over the lazy dog '.repeat(bytes / 44)}`;

// As the real one does for those who look at what is installed.
const asked = process.argv[2];
if (asked === '--version') console.log('2.1.329 (Claude Code stand-in)');
else if (asked === 'auth') console.log('{"loggedIn":true,"authMethod":"none"}');
else {
  serve(printAll);
}

async function printAll() {
  await print(INIT);
  for (let n = 0; n < TEXTS; n += 1) {
    await print(answer(`<${n}>${filler(n, 100_000)}</${n}>`));
    if (n % (TEXTS / OUTPUTS) !== 0) continue;
    await print(use(`tool-${n}`));
    await print(output(`tool-${n}`, filler(n, 1_000_000)));
  }
  await print(use('tool-long'));
  await print(output('tool-long', `start ${'y'.repeat(10_000_000)} end`));
  await print(RESULT);
  writeFileSync('printed-all', '');
}
