import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { processRef } from '../process/process-start-time.ts';
import { waitFor } from '../testing/wait-for.ts';
import { fullMarkOf, scriptOf, senderPidOf, spoolOf } from './attachment.ts';
import { hookScript, MAX_SPOOLED } from './hook-script.ts';
import { spooledFiles } from './spool.ts';

let root: string;
let folder: string;

/** Stands for Node: notes that it was started and with what, and stays while its file is there. */
const SENDER = `#!/bin/sh
echo "$@" >>"$3/started"
while [ -e "$3/stay" ]; do sleep 0.02; done
`;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "signalbox-hook it's "));
  folder = join(root, 'attached');
  await mkdir(spoolOf(folder), { recursive: true });
  await writeFile(join(root, 'sender'), SENDER, { mode: 0o700 });
  await writeFile(scriptOf(folder), hookScript(folder, { node: join(root, 'sender'), bin: '/bin.js' }), {
    mode: 0o700,
  });
  await writeFile(join(folder, 'stay'), '');
});
afterEach(async () => {
  await rm(join(folder, 'stay'), { force: true });
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
});

/** Runs the hook as Claude Code does. */
async function hook(input: string) {
  const child = spawn(scriptOf(folder), { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += String(data)));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { code, said };
}

function started(): string[] {
  const path = join(folder, 'started');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
}

it('keeps what it is given, in order, and says nothing', async () => {
  for (const input of ['{"n":1}', '{"n":2}', '{"n":3}'])
    expect(await hook(input)).toEqual({ code: 0, said: '' });
  const texts = spooledFiles(spoolOf(folder)).map((name) => readFile(join(spoolOf(folder), name), 'utf8'));
  expect(await Promise.all(texts)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
  const { stdout } = await promisify(execFile)('stat', [
    '-c',
    '%a',
    join(spoolOf(folder), spooledFiles(spoolOf(folder))[0] ?? ''),
  ]);
  expect(stdout.trim()).toBe('600');
});

it('starts one sender, which outlives it, and another when that is gone', async () => {
  await hook('{}');
  await hook('{}');
  await waitFor('the sender', () => started().length > 0);
  expect(started()).toEqual([`/bin.js send-reports ${folder}`]);
  const pid = Number(await readFile(senderPidOf(folder), 'utf8'));
  expect(process.kill(pid, 0)).toBe(true);
  await rm(join(folder, 'stay'));
  await waitFor('its end', () => processRef(pid) === null);
  await hook('{}');
  await waitFor('the next sender', () => started().length === 2);
});

it('takes no other process for its sender, though it has its number', async () => {
  await writeFile(senderPidOf(folder), `${process.pid}\n`);
  await hook('{}');
  await waitFor('the sender', () => started().length === 1);
});

it('succeeds in silence when there is no room, no folder and no sender', async () => {
  await rm(join(root, 'sender'));
  expect(await hook('{}')).toEqual({ code: 0, said: '' });
  await rm(spoolOf(folder), { recursive: true });
  expect(await hook('x'.repeat(200_000))).toEqual({ code: 0, said: '' });
});

it('throws reports away, and notes it, when too many wait', async () => {
  const names = Array.from(
    { length: MAX_SPOOLED },
    (_, index) => `${1_795_000_000_000_000_000n + BigInt(index)}-1.json`,
  );
  for (const name of names) await writeFile(join(spoolOf(folder), name), '');
  expect(await hook('{}')).toEqual({ code: 0, said: '' });
  expect(await readdir(spoolOf(folder))).toHaveLength(MAX_SPOOLED);
  expect(await readFile(fullMarkOf(folder), 'utf8')).toBe('');
});
