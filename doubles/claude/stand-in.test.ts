import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';

const STAND_IN = join(import.meta.dirname, 'stand-in.mjs');
const SESSION = '0f0e0d0c-0b0a-4908-8706-050403020100';

const lineSchema = z.looseObject({ type: z.string() });
const textSchema = z.object({
  message: z.object({ content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })) }),
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-stand-in-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function start() {
  const env = { PATH: process.env.PATH, CLAUDE_CONFIG_DIR: join(folder, 'config') };
  const child = spawn(process.execPath, [STAND_IN, `--session-id=${SESSION}`], { cwd: folder, env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const say = (text: string) => {
    const content = [{ type: 'text', text }];
    child.stdin.write(
      `${JSON.stringify({ type: 'user', uuid: crypto.randomUUID(), message: { content } })}\n`,
    );
  };
  const untilType = async (type: string) => {
    const seen: z.infer<typeof lineSchema>[] = [];
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`The stand-in ended before ${type}.`);
      const line = lineSchema.parse(JSON.parse(value));
      seen.push(line);
      if (line.type === type) return seen;
    }
  };
  return { child, say, untilType };
}

const textsOf = (lines: unknown[]) =>
  lines
    .flatMap((line) => textSchema.safeParse(line).data?.message.content ?? [])
    .flatMap(({ text }) => text ?? []);

it('prints numbered lines, runs its tool, writes its file and gives a result', async () => {
  const { child, say, untilType } = start();
  say('please [[work:name=n1 lines=4 every=1 tool=1 behave=plain]]');
  const lines = await untilType('result');
  const numbers = textsOf(lines).map((text) =>
    z.object({ name: z.string(), seq: z.int() }).parse(JSON.parse(text)),
  );
  expect(numbers).toEqual([0, 1, 2, 3].map((seq) => ({ name: 'n1', seq })));
  expect(lines.filter(({ type }) => type === 'user')).toHaveLength(1);
  expect(await readFile(join(folder, 'n1.txt'), 'utf8')).toBe('n1\n');
  child.stdin.end();
  await once(child, 'exit');
  expect(await readdir(join(folder, 'config', 'stand-in', 'live'))).toEqual([]);
});

it('goes on with the request of its transcript after a kill, and not when that was done', async () => {
  const first = start();
  first.say('[[work:name=n2 lines=50 every=100 tool=0 behave=plain]]');
  await first.untilType('assistant');
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  const second = start();
  second.say('You were interrupted. [[work:name=n3 lines=2 every=1 tool=0 behave=plain]]');
  expect(textsOf(await second.untilType('result')).join()).toContain('n3');
  second.say('You were interrupted.');
  expect(textsOf(await second.untilType('result'))).toEqual([]);
  second.child.stdin.end();
  await once(second.child, 'exit');
});

it('gives each prompt a result of its own when there is nothing to do, however soon the next one comes', async () => {
  const { child, say, untilType } = start();
  say('You were interrupted.');
  say('One more thing.');
  for (const _ of [1, 2]) expect(textsOf(await untilType('result'))).toEqual([]);
  child.stdin.end();
  await once(child, 'exit');
});

it('hangs on request, deaf to SIGTERM', async () => {
  const { child, say, untilType } = start();
  say('[[work:name=n4 lines=1 every=1 tool=0 behave=hang_after]]');
  await untilType('result');
  child.kill('SIGTERM');
  child.stdin.end();
  expect(child.exitCode).toBeNull();
  child.kill('SIGKILL');
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
});
