import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transcriptFolder } from '../../claude/find-transcript.ts';
import { createHarness } from '../../claude/testing/claude-harness.ts';
import { closeSandbox, openSandbox } from '../open-sandbox.ts';
import type { Sandbox } from '../sandbox.ts';

/** Prints how long Claude takes from its start to the end of a first small turn, with and without the sandbox. */
const ROUNDS = 7;

const dataDir = mkdtempSync(join(tmpdir(), 'measure-start-'));
let sandbox: Sandbox | null = null;
const harness = await createHarness({ dataDir, sandbox: { enclose: (place) => enclose(place) } });
const bare = await createHarness({ dataDir });
const state = await openSandbox({
  mode: 'required',
  dataDir,
  configDir: harness.configDir,
  transcriptsOf: (cwd) => transcriptFolder(harness.configDir, cwd),
  home: harness.configDir,
  denyRead: [],
  hosts: [],
  env: { ANTHROPIC_BASE_URL: harness.endpoint.url },
});
if (state.status === 'ready') sandbox = state.sandbox;
else console.error(`There is no sandbox here: ${state.status === 'off' ? 'it is off' : state.reason}`);

function enclose(place: Parameters<Sandbox['enclose']>[0]): ReturnType<Sandbox['enclose']> {
  return sandbox?.enclose(place) ?? Promise.reject(new Error('no sandbox'));
}

async function turnMs(one: typeof harness): Promise<number> {
  const startedAt = performance.now();
  const conversation = one.driver.open(one.spec());
  await one.turn(conversation, '[[say:ok]]');
  const ms = performance.now() - startedAt;
  await conversation.end();
  return ms;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;

const times = { without: [] as number[], with: [] as number[] };
for (let round = 0; round < ROUNDS; round += 1) {
  times.without.push(await turnMs(bare));
  if (sandbox !== null) times.with.push(await turnMs(harness));
}
const [without, inside] = [median(times.without), median(times.with)];
console.log(`start and first turn, median of ${ROUNDS}: ${without.toFixed(0)} ms without the sandbox`);
if (sandbox !== null) {
  console.log(`${inside.toFixed(0)} ms in the sandbox: ${(inside - without).toFixed(0)} ms more`);
}
await Promise.all([harness.close(), bare.close()]);
await closeSandbox();
rmSync(dataDir, { recursive: true, force: true });
