import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type GitOptions, runGit } from './run-git.ts';
import { temporaryFolder } from './testing/make-repository.ts';

let folder: { path: string; remove: () => void };
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** A program in git's place. */
function program(script: string): Pick<GitOptions, 'gitPath' | 'cwd' | 'env' | 'deadlineMs'> {
  const gitPath = join(folder.path, 'git');
  writeFileSync(gitPath, `#!/bin/sh\n${script}\n`);
  chmodSync(gitPath, 0o755);
  return { gitPath, cwd: folder.path, env: { PATH: process.env.PATH ?? '' }, deadlineMs: 20_000 };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A zombie still takes signals until somebody reaps it.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

test('what succeeds gives its output and its size', async () => {
  const result = await runGit(['x'], program('printf "one\\n"; printf "note" >&2'));
  expect(result).toEqual({ ok: true, stdout: 'one\n', stderr: 'note', bytes: 4, cut: false });
});

test('arguments reach the program as they are: no shell reads them', async () => {
  const result = await runGit(
    ['a b', '$(touch hacked)', '; touch hacked', '*'],
    program('printf "%s|" "$@"'),
  );
  expect(result).toMatchObject({ ok: true, stdout: 'a b|$(touch hacked)|; touch hacked|*|' });
  expect(existsSync(join(folder.path, 'hacked'))).toBe(false);
});

test('nothing of the runner’s own environment is passed on', async () => {
  process.env.SIGNALBOX_TEST_SECRET = 'secret';
  try {
    const result = await runGit(['x'], program('env'));
    expect(result).toMatchObject({ ok: true });
    expect(result.stdout).not.toContain('SIGNALBOX_TEST_SECRET');
  } finally {
    delete process.env.SIGNALBOX_TEST_SECRET;
  }
});

test('standard input is passed byte by byte', async () => {
  const result = await runGit(['x'], { ...program('cat'), input: 'caf\xe9\0', encoding: 'latin1' });
  expect(result).toMatchObject({ ok: true, stdout: 'caf\xe9\0', bytes: 5 });
});

test('a program that does not read its input is no error', async () => {
  const result = await runGit(['x'], { ...program('exec <&-; echo done'), input: 'x'.repeat(1_000_000) });
  expect(result).toMatchObject({ ok: true, stdout: 'done\n' });
});

test('an exit code is returned with what was said, without credentials', async () => {
  const secrets = ['T0KEN'];
  const result = await runGit(['-c', 'push'], { ...program('echo "denied T0KEN" >&2; exit 128'), secrets });
  expect(result).toEqual({
    ok: false,
    reason: 'exit',
    command: 'git push',
    exitCode: 128,
    stdout: '',
    stderr: 'denied [redacted]\n',
  });
});

test('the deadline ends the program and everything it started', async () => {
  const options = program('sleep 60 & echo $! > child; wait');
  const result = await runGit(['fetch'], { ...options, deadlineMs: 300 });
  expect(result).toMatchObject({ ok: false, reason: 'deadline' });
  const child = Number(readFileSync(join(folder.path, 'child'), 'utf8'));
  await until(() => !isAlive(child));
});

test('a program that ignores TERM is killed after the grace', async () => {
  const options = program('trap "" TERM; echo $$ > pid; while true; do sleep 0.05; done');
  const result = await runGit(['fetch'], { ...options, deadlineMs: 300, termGraceMs: 100 });
  expect(result).toMatchObject({ ok: false, reason: 'deadline', exitCode: null });
  await until(() => !isAlive(Number(readFileSync(join(folder.path, 'pid'), 'utf8'))));
});

test('an abort ends it, and the first reason is the one that is told', async () => {
  const controller = new AbortController();
  const running = runGit(['fetch'], {
    ...program('echo $$ > pid; exec sleep 60'),
    signal: controller.signal,
  });
  await until(() => existsSync(join(folder.path, 'pid')));
  controller.abort();
  expect(await running).toMatchObject({ ok: false, reason: 'aborted' });
});

test('what was aborted before it began is not started', async () => {
  const result = await runGit(['x'], { ...program('touch started'), signal: AbortSignal.abort() });
  expect(result).toMatchObject({ ok: false, reason: 'aborted' });
  expect(existsSync(join(folder.path, 'started'))).toBe(false);
});

test('output beyond the limit ends the program', async () => {
  const result = await runGit(['log'], { ...program('yes'), maxStdoutBytes: 1_000 });
  expect(result).toMatchObject({ ok: false, reason: 'too_much_output' });
});

test('output beyond the limit can be cut instead, and is counted', async () => {
  const options = { ...program('head -c 5000 /dev/zero'), maxStdoutBytes: 1_000, overflow: 'cut' } as const;
  const result = await runGit(['diff'], options);
  expect(result).toMatchObject({ ok: true, bytes: 5_000, cut: true, stdout: '\0'.repeat(1_000) });
});

test('a git that is killed from outside is told from one that fails', async () => {
  expect(await runGit(['fetch'], program('kill -9 $$'))).toMatchObject({ ok: false, reason: 'killed' });
});

test('no git and no folder to run it in are told apart', async () => {
  const options = { env: {}, deadlineMs: 1_000 };
  const gitPath = join(folder.path, 'nowhere');
  expect(await runGit(['x'], { ...options, gitPath, cwd: folder.path })).toMatchObject({
    reason: 'not_installed',
  });
  const cwd = join(folder.path, 'gone');
  expect(await runGit(['x'], { ...options, cwd })).toMatchObject({ reason: 'no_folder' });
});
