import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { git, writeFiles } from '../git/testing/make-repository.ts';
import { openWorkspaces, type Workspaces } from './open-workspaces.ts';
import { type Fixture, startFixture, TOKEN } from './testing/start-fixture.ts';
import type { WorkspaceDeps, WorkspaceSpec } from './workspace-types.ts';

let fixture: Fixture;
beforeEach(async () => {
  const files = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`src/${n}.txt`, `${n}\n`]));
  fixture = await startFixture({ ...files, 'CLAUDE.md': 'be careful\n' });
});
afterEach(() => fixture.close());

const REQUEST = {
  message: { subject: 'Do it', body: '' },
  author: { name: 'B', email: 'b@x' },
  coAuthor: null,
};

/** Dozens of whole tasks. */
const SLOW_TEST_MS = 120_000;

/** A git that is killed at its n-th command: before it does anything, or right after. */
function killingGit(): {
  deps: WorkspaceDeps;
  killAt: (command: number, when: 'before' | 'after') => void;
  ran: () => number;
} {
  const folder = join(fixture.root, 'bin');
  mkdirSync(folder);
  const real = git(fixture.root, '--exec-path');
  writeFileSync(
    join(folder, 'git'),
    `#!/bin/sh
until mkdir ${folder}/lock 2>/dev/null; do sleep 0.01; done
n=$(($(cat ${folder}/count) + 1)); echo $n > ${folder}/count
rmdir ${folder}/lock
read at when < ${folder}/plan
[ "$n" = "$at" ] && [ "$when" = before ] && kill -9 $$
${real}/git "$@"; code=$?
[ "$n" = "$at" ] && kill -9 $$
exit $code
`,
  );
  chmodSync(join(folder, 'git'), 0o755);
  return {
    deps: { ...fixture.deps, host: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` } },
    killAt: (command, when) => {
      writeFileSync(join(folder, 'count'), '0');
      writeFileSync(join(folder, 'plan'), `${command} ${when}\n`);
    },
    ran: () => Number(readFileSync(join(folder, 'count'), 'utf8')),
  };
}

/** A whole task, as far as it gets. The work is done once, as by a Claude that is resumed. */
async function attempt(workspaces: Workspaces, spec: WorkspaceSpec): Promise<string | null> {
  const reserved = await workspaces.reserve(spec);
  if (!reserved.ok) return null;
  const { workspace } = reserved;
  const filled = await workspace.fetchAndFill({ getToken: fixture.getToken });
  if (!filled.ok) return null;
  const checkpoint = await workspace.checkpoint(1);
  if (!checkpoint.ok) return null;
  writeFiles(workspace.path, { 'src/1.txt': 'changed\n', 'new.txt': 'new\n' });
  rmSync(join(workspace.path, 'src/2.txt'), { force: true });
  const captured = await workspace.capture();
  if (!captured.ok) return null;
  const committed = await workspace.commit({ ...REQUEST, tree: captured.tree ?? '' });
  if (!committed.ok) return null;
  const pushed = await workspace.push({ sha: committed.sha, getToken: fixture.getToken });
  if (!pushed.ok || pushed.status !== 'pushed') return null;
  await workspace.release();
  return committed.sha;
}

function expectTheOneCommit(spec: WorkspaceSpec, sha: string): void {
  const branch = spec.branch ?? '';
  expect(git(fixture.origin.bare, 'log', '--format=%H', `main..${branch}`)).toBe(sha);
  expect(git(fixture.origin.bare, 'diff', '--name-status', 'main', branch).split('\n')).toEqual([
    'A\tnew.txt',
    'M\tsrc/1.txt',
    'D\tsrc/2.txt',
  ]);
}

test.each(['before', 'after'] as const)(
  'git killed %s any command of a first task: the next attempt ends with the one right commit',
  async (when) => {
    const { deps, killAt, ran } = killingGit();
    killAt(0, when);
    const whole = fixture.spec({ branch: 'signalbox/whole' });
    expect(await attempt(await openWorkspaces(deps), whole)).not.toBeNull();
    const commands = ran();
    expect(commands).toBeGreaterThan(20);
    // Each step takes several commands; the two kinds of kill meet different ones.
    for (let command = when === 'before' ? 1 : 3; command <= commands; command += 4) {
      const dataDir = join(fixture.root, `data-${command}`);
      const spec = fixture.spec({ branch: `signalbox/${command}` });
      killAt(command, when);
      await attempt(await openWorkspaces({ ...deps, dataDir }), spec);
      killAt(0, when);
      const sha = await attempt(await openWorkspaces({ ...deps, dataDir }), spec);
      if (sha === null) throw new Error(`The attempt after a kill at command ${command} failed`);
      expectTheOneCommit(spec, sha);
    }
  },
  SLOW_TEST_MS,
);

test(
  'a runner killed at any moment: the next one ends with the one right commit',
  async () => {
    const script = join(import.meta.dirname, 'testing/run-task.ts');
    for (const delayMs of [150, 250, 350, 450]) {
      const spec = fixture.spec({ branch: `signalbox/${delayMs}` });
      const dataDir = join(fixture.root, `data-${delayMs}`);
      const run = (): ReturnType<typeof spawn> =>
        spawn(process.execPath, [script, JSON.stringify({ dataDir, spec })], {
          env: { PATH: process.env.PATH, TEST_TOKEN: TOKEN },
          stdio: ['ignore', 'inherit', 'inherit'],
        });
      const first = run();
      const ended = new Promise((resolve) => first.on('exit', resolve));
      while (!existsSync(join(dataDir, 'started')) && first.exitCode === null) await sleep(5);
      await sleep(delayMs - 150);
      first.kill('SIGKILL');
      await ended;
      const second = run();
      const code = await new Promise((resolve) => second.on('exit', resolve));
      expect(code).toBe(0);
      expectTheOneCommit(spec, git(fixture.origin.bare, 'rev-parse', spec.branch ?? ''));
    }
  },
  SLOW_TEST_MS,
);

test('a fill that is aborted leaves nothing that the next one stumbles over', async () => {
  const spec = fixture.spec();
  const reserved = await fixture.workspaces.reserve(spec);
  if (!reserved.ok) throw new Error(reserved.failure.message);
  const controller = new AbortController();
  const aborted = await reserved.workspace.fetchAndFill({
    getToken: fixture.getToken,
    signal: controller.signal,
    onPhase: ({ name }) => {
      if (name === 'trusted') controller.abort();
    },
  });
  expect(aborted).toMatchObject({ ok: false, trouble: 'aborted' });
  const filled = await reserved.workspace.fetchAndFill({ getToken: fixture.getToken });
  expect(filled).toMatchObject({ ok: true, resumed: false });
  expect(git(reserved.workspace.path, 'status', '--porcelain')).toBe('');
});
