import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clearStaleLocks, systemLockDeps } from './clear-stale-locks.ts';
import { ORPHAN_LOCK_AGE_MS } from './git-limits.ts';
import { git, temporaryFolder } from './testing/make-repository.ts';

let folder: { path: string; remove: () => void };
let gitDir: string;
beforeEach(() => {
  folder = temporaryFolder();
  gitDir = join(folder.path, 'm.git');
  mkdirSync(join(gitDir, 'refs/heads'), { recursive: true });
  mkdirSync(join(gitDir, 'objects'), { recursive: true });
});
afterEach(() => folder.remove());

const lock = (name: string): string => {
  const path = join(gitDir, name);
  writeFileSync(path, '');
  return path;
};

test('locks that no git process can own are removed, wherever they lie', async () => {
  const locks = [lock('packed-refs.lock'), lock('refs/heads/x.lock')];
  const other = lock('refs/heads/unlocked');
  expect(await clearStaleLocks(gitDir, [gitDir])).toEqual(expect.arrayContaining(locks));
  expect(locks.map((path) => existsSync(path))).toEqual([false, false]);
  expect(existsSync(other)).toBe(true);
});

test('the lock of a git that works there is waited for', async () => {
  git(gitDir, 'init', '--quiet', '--bare', '.');
  const path = lock('packed-refs.lock');
  const owner = spawn('git', ['cat-file', '--batch'], { cwd: gitDir, stdio: ['pipe', 'ignore', 'ignore'] });
  try {
    let asked = 0;
    const deps = {
      ...systemLockDeps,
      findProcesses: async (folders: readonly string[]) => {
        const found = await systemLockDeps.findProcesses(folders);
        asked += 1;
        if (asked === 1) {
          expect(found).toEqual([owner.pid]);
          expect(existsSync(path)).toBe(true);
          await new Promise((resolve) => {
            owner.on('exit', resolve);
            owner.stdin.end();
          });
        }
        return found;
      },
    };
    expect(await clearStaleLocks(gitDir, [gitDir], deps)).toEqual([path]);
    expect(asked).toBeGreaterThan(1);
  } finally {
    owner.kill('SIGKILL');
  }
});

test('a lock whose owner stays is given up, and kept', async () => {
  const path = lock('HEAD.lock');
  let now = 0;
  const deps = {
    findProcesses: async () => [1],
    now: () => {
      now += 6_000;
      return now;
    },
  };
  expect(await clearStaleLocks(gitDir, [gitDir], deps)).toBeNull();
  expect(existsSync(path)).toBe(true);
});

test('where processes can’t be listed only an old lock is stale', async () => {
  const path = lock('HEAD.lock');
  let now = Date.now();
  const tick = { findProcesses: async () => null, now: () => (now += 6_000) };
  expect(await clearStaleLocks(gitDir, [gitDir], tick)).toBeNull();
  now += ORPHAN_LOCK_AGE_MS;
  expect(await clearStaleLocks(gitDir, [gitDir], tick)).toEqual([path]);
});
