import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findGitProcesses, type GitProcessFinder } from './find-git-processes.ts';
import { LOCK_POLL_MS, LOCK_WAIT_MS, ORPHAN_LOCK_AGE_MS } from './git-limits.ts';

export type LockDeps = { findProcesses: GitProcessFinder; now: () => number };

export const systemLockDeps: LockDeps = { findProcesses: findGitProcesses, now: Date.now };

/** Objects are written without locks, and a worktree's own folder is cleared with that worktree. */
const NOT_SEARCHED = new Set(['objects', 'worktrees', 'modules', 'lfs']);

/** Lock files in a git folder: `HEAD.lock`, `packed-refs.lock`, `index.lock`, `refs/heads/x.lock`. */
export async function listLocks(gitDir: string): Promise<string[]> {
  const locks: string[] = [];
  const visit = async (folder: string, top: boolean): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!top || !NOT_SEARCHED.has(entry.name)) await visit(path, false);
      } else if (entry.name.endsWith('.lock')) locks.push(path);
    }
  };
  await visit(gitDir, true);
  return locks;
}

/**
 * Removes the lock files that a killed git left in `gitDir`. A lock is stale when no git process works in any of
 * `ownerFolders`; a live owner is waited for. Returns what was removed, or `null` when the owner keeps its lock.
 */
export async function clearStaleLocks(
  gitDir: string,
  ownerFolders: readonly string[],
  deps: LockDeps = systemLockDeps,
): Promise<string[] | null> {
  const giveUpAt = deps.now() + LOCK_WAIT_MS;
  for (;;) {
    const locks = await listLocks(gitDir);
    if (locks.length === 0) return [];
    const owners = await deps.findProcesses(ownerFolders);
    const stale = owners === null ? await agedLocks(locks, deps.now()) : owners.length === 0 ? locks : [];
    await Promise.all(stale.map((lock) => rm(lock, { force: true })));
    if (stale.length === locks.length) return stale;
    if (deps.now() > giveUpAt) return null;
    await sleep(LOCK_POLL_MS);
  }
}

async function agedLocks(locks: readonly string[], now: number): Promise<string[]> {
  const ages = await Promise.all(
    locks.map(async (lock) => {
      const info = await stat(lock).catch(() => null);
      return info !== null && now - info.mtimeMs > ORPHAN_LOCK_AGE_MS ? [lock] : [];
    }),
  );
  return ages.flat();
}
